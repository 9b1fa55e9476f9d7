import type { ConfigFormat } from "./format.ts";
import { MARK } from "./redact.ts";
import { hideUrls } from "./url-secrets.ts";

/** The lines of a configuration file as they may be shown, and what was hidden in them. */
export interface HiddenLines {
  readonly lines: readonly string[];
  readonly values: readonly string[];
}

/**
 * Works on the text alone, since a file that cannot be parsed is shown too: what is behind a key for secrets is
 * hidden to the end of the line, and so are the lines that continue it.
 */
export function hiddenLines(text: string, { isSecretKey }: ConfigFormat): HiddenLines {
  const lines: string[] = [];
  const values: string[] = [];
  let open: OpenValue | null = null;
  for (const line of text.split(/\r?\n/)) {
    const goesOn: boolean = open !== null && continues(open, line);
    if (open !== null && goesOn) {
      values.push(line);
      lines.push(line.trim() === "" ? line : `${/^\s*/.exec(line)?.[0] ?? ""}${MARK}`);
      open = open.quote !== null && line.includes(open.quote) ? null : open;
      continue;
    }
    const secret = secretIn(line, isSecretKey);
    open = secret === null ? null : openValue(line, secret);
    if (secret !== null) values.push(line.slice(secret.from));
    const shown = secret === null ? line : `${line.slice(0, secret.from)}${secret.from < line.length ? MARK : ""}`;
    lines.push(hideUrls(shown));
  }
  return { lines, values: values.flatMap(pieces) };
}

/** A value that may continue below its key. */
interface OpenValue {
  readonly indent: number;
  /** Nothing stood behind the key: a list may follow at the same depth. */
  readonly isEmpty: boolean;
  /** The quote that must still be closed. */
  readonly quote: string | null;
}

interface SecretValue {
  /** Where the value begins; the length of the line when it is below. */
  readonly from: number;
}

/** A key in block or flow style, quoted or not; a parameter of a URL is none. */
const KEY = /(?<![\w.?&;#-])(["']?)([A-Za-z_][\w.-]{0,63})\1\s*[:=]\s*/g;
const REFERENCE = /^(["']?)\$\{(?:env|file):[^${}]+\}\1\s*(?=[,}\]]|$)/;

/** The first secret of a line that is not a reference: a reference may be shown. */
function secretIn(line: string, isSecretKey: ConfigFormat["isSecretKey"]): SecretValue | null {
  for (const match of line.matchAll(KEY)) {
    const from = match.index + match[0].length;
    if (isSecretKey(match[2] ?? "") && !REFERENCE.test(line.slice(from))) return { from };
  }
  return null;
}

function openValue(line: string, { from }: SecretValue): OpenValue {
  const value = line.slice(from).trim();
  const quote = /^["']/.exec(value)?.[0] ?? null;
  const isOpen = quote !== null && !value.slice(1).includes(quote);
  return { indent: line.search(/\S|$/), isEmpty: value === "", quote: isOpen ? quote : null };
}

function continues({ indent, isEmpty, quote }: OpenValue, line: string): boolean {
  const depth = line.search(/\S|$/);
  if (quote !== null || line.trim() === "" || depth > indent) return true;
  return isEmpty && depth === indent && /^\s*-/.test(line);
}

/** A parser may quote any word of a value, without the sign before it that YAML gives a meaning. */
function pieces(value: string): readonly string[] {
  const whole = value.trim();
  const bare = whole.replace(/^["']|["'],?$/g, "");
  return [whole, bare, ...whole.split(/[\s"',{}[\]]+/)].map((piece) => piece.replace(/^[&*!|>%@`]+/, ""));
}
