/** What our shipped queries say, as a tree. `value` null asks whether the field is there at all. */
export type Kql =
  | { readonly op: "and" | "or"; readonly parts: readonly Kql[] }
  | { readonly op: "not"; readonly part: Kql }
  | { readonly op: "is"; readonly field: string; readonly value: KqlValue | null }
  | { readonly op: Comparison; readonly field: string; readonly value: KqlValue }
  | { readonly op: "all" };

export interface KqlValue {
  readonly text: string;
  /** A quoted value is a phrase: a star in it is a star. */
  readonly quoted: boolean;
}

type Comparison = "<" | "<=" | ">" | ">=";

interface Token {
  readonly kind: "word" | "quoted" | "sign";
  readonly text: string;
  readonly at: number;
}

/**
 * The part of the Kibana Query Language that this project ships: `field:value`, lists of values, comparisons, `and`,
 * `or`, `not` and parentheses. Text without a field is refused: it would search every field of every document.
 * Throws with the place where the text cannot be read on.
 */
export function parseKql(text: string): Kql {
  const reader = new Reader(text, tokensOf(text));
  if (reader.atEnd()) return { op: "all" };
  const query = either(reader);
  if (!reader.atEnd()) throw reader.wrong("the end");
  return query;
}

/** Fields of a query, each once, in the order of the text. */
export function fieldsOf(query: Kql): readonly string[] {
  return [...new Set(leavesOf(query).map(({ field }) => field))];
}

type Leaf = Extract<Kql, { readonly field: string }>;

export function leavesOf(query: Kql): readonly Leaf[] {
  if (query.op === "all") return [];
  if (query.op === "not") return leavesOf(query.part);
  if ("parts" in query) return query.parts.flatMap(leavesOf);
  return [query];
}

class Reader {
  #next = 0;
  readonly #text: string;
  readonly #tokens: readonly Token[];

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  atEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  /** Takes the next token when it is one of these words or signs. */
  take(...wanted: readonly string[]): string | null {
    const token = this.#tokens[this.#next];
    if (token === undefined || token.kind === "quoted") return null;
    const found = wanted.find((one) => one === token.text.toLowerCase());
    if (found === undefined) return null;
    this.#next += 1;
    return found;
  }

  expect(sign: string): void {
    if (this.take(sign) === null) throw this.wrong(`"${sign}"`);
  }

  value(): Token {
    const token = this.#tokens[this.#next];
    const isKeyword = token?.kind === "word" && ["and", "or", "not"].includes(token.text.toLowerCase());
    if (token === undefined || token.kind === "sign" || isKeyword) throw this.wrong("a field or a value");
    this.#next += 1;
    return token;
  }

  wrong(expected: string): Error {
    const at = this.#tokens[this.#next]?.at ?? this.#text.length;
    return new Error(`KQL: expected ${expected} at "${this.#text.slice(at)}" of: ${this.#text}`);
  }
}

const SIGNS = /^(?:<=|>=|[<>:()])/;
const WORD = /^(?:\\.|[^\s"<>:()\\])+/;
const QUOTED = /^"((?:\\.|[^"\\])*)"/;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const [token, length] = tokenAt(text.slice(at), at);
    tokens.push(token);
    at = skipBlanks(text, at + length);
  }
  return tokens;
}

function skipBlanks(text: string, at: number): number {
  return at + text.slice(at).length - text.slice(at).trimStart().length;
}

function tokenAt(rest: string, at: number): readonly [Token, number] {
  const quoted = QUOTED.exec(rest);
  if (quoted !== null) return [{ kind: "quoted", text: unescape(quoted[1] ?? ""), at }, quoted[0].length];
  const sign = SIGNS.exec(rest)?.[0];
  if (sign !== undefined) return [{ kind: "sign", text: sign, at }, sign.length];
  const word = WORD.exec(rest)?.[0];
  if (word === undefined) throw new Error(`KQL: cannot read on at "${rest}"`);
  return [{ kind: "word", text: unescape(word), at }, word.length];
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, "$1");
}

function either(reader: Reader): Kql {
  const parts = [both(reader)];
  while (reader.take("or") !== null) parts.push(both(reader));
  return joined("or", parts);
}

function both(reader: Reader): Kql {
  const parts = [negated(reader)];
  while (reader.take("and") !== null) parts.push(negated(reader));
  return joined("and", parts);
}

function negated(reader: Reader): Kql {
  return reader.take("not") === null ? expression(reader) : { op: "not", part: negated(reader) };
}

function expression(reader: Reader): Kql {
  if (reader.take("(") !== null) {
    const inner = either(reader);
    reader.expect(")");
    return inner;
  }
  const field = reader.value().text;
  const sign = reader.take("<", "<=", ">", ">=");
  if (sign !== null) return { op: sign as Comparison, field, value: valueOf(reader.value()) };
  reader.expect(":");
  return values(reader, field);
}

/** One value, or a list in parentheses with its own `and`, `or`, `not`. */
function values(reader: Reader, field: string): Kql {
  if (reader.take("(") === null) return is(field, reader.value());
  const parts = [listed(reader, field)];
  const word = reader.take("or", "and");
  for (let more = word; more !== null; more = reader.take(word === "and" ? "and" : "or"))
    parts.push(listed(reader, field));
  reader.expect(")");
  return joined(word === "and" ? "and" : "or", parts);
}

function listed(reader: Reader, field: string): Kql {
  return reader.take("not") === null ? is(field, reader.value()) : { op: "not", part: is(field, reader.value()) };
}

function is(field: string, token: Token): Kql {
  const present = token.kind === "word" && token.text === "*";
  return { op: "is", field, value: present ? null : valueOf(token) };
}

function valueOf({ kind, text }: Token): KqlValue {
  return { text, quoted: kind === "quoted" };
}

function joined(op: "and" | "or", parts: readonly Kql[]): Kql {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { op, parts };
}
