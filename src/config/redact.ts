/** Replaces a secret. */
export const MARK = "[secret]";

/** Takes what must not be printed out of a text. */
export type Redact = (text: string) => string;

/** A shorter value is hidden in its own place only: in other text it would match everywhere. */
const SHORTEST = 4;
/** From here on a value is not a word that other text could hold by chance, so that it is found inside of words too. */
const DISTINCT = 8;

/**
 * Finds secrets by their value, wherever they turn up: as they are, percent-encoded or decoded, as a JSON string, and
 * in the base64 of an `Authorization` header.
 */
export function redactor(values: Iterable<string>): Redact {
  const forms = new Set([...values].flatMap(formsOf).filter((form) => form.length >= SHORTEST));
  if (forms.size === 0) return (text) => text;
  // The longest first: a secret may be a part of another one.
  const patterns = [...forms].toSorted((a, b) => b.length - a.length).map(patternOf);
  const any = new RegExp(patterns.join("|"), "g");
  const distinct = [...forms].filter((form) => form.length > DISTINCT);
  return (text) => withoutBeginnings(text.replace(any, MARK), distinct);
}

/** Reasons of outputs are cut to some hundred characters before they come here. */
const LONGEST_REASON = 1_000;

/** Where a text was cut, at its end or before the advice that follows, the beginning of a secret may be left. */
function withoutBeginnings(text: string, forms: readonly string[]): string {
  if (text.length > LONGEST_REASON) return text;
  const begun = forms.filter((form) => text.includes(form.slice(0, DISTINCT)));
  if (begun.length === 0) return text;
  return text
    .split(";")
    .map((part) => begun.reduce(withoutBeginning, part))
    .join(";");
}

function withoutBeginning(part: string, form: string): string {
  const at = part.lastIndexOf(form.slice(0, DISTINCT));
  return at >= 0 && form.startsWith(part.slice(at)) ? `${part.slice(0, at)}${MARK}` : part;
}

function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [value, ...lines].flatMap((text) => [
    text,
    decoded(text),
    encoded(text),
    JSON.stringify(text).slice(1, -1),
    ...(text.length >= DISTINCT ? base64Forms(text) : []),
  ]);
}

/**
 * Base64 turns three bytes into four letters, so there are three forms, by what is before (`user:`). Letters that
 * hold bits of a neighbour are left out.
 */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const letters = bytes.toString("base64").replace(/=+$/, "");
    return letters.slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 ? undefined : -1);
  });
}

function patternOf(form: string): string {
  const exact = form.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  return form.length >= DISTINCT ? exact : `(?<![A-Za-z0-9])${exact}(?![A-Za-z0-9])`;
}

/** Percent-decoded as far as that is possible; never throws. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A lone half of a character has no encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
