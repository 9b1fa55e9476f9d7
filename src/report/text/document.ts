/**
 * What the text renderer makes: what stands on the page, never how wide the page is. The terminal lays it out
 * (`cli/terminal/layout.ts`), and another renderer may turn the same blocks into its own markup.
 */
export type TextDocument = readonly Block[];

export type Block = LinesBlock | TableBlock | VerbatimBlock;

export type Tone = "high" | "medium" | "low" | "good" | "dim" | "bold";

/** A piece of a line with what it means; plain text means nothing in particular. */
export interface Toned {
  readonly text: string;
  readonly tone: Tone;
}

export type Inline = string | Toned;

/** Prose: on a narrow page each line continues below its own first word. */
export interface LinesBlock {
  readonly kind: "lines";
  readonly lines: readonly (readonly Inline[])[];
}

/** What is meant to be copied: commands, JSON. Never broken, however narrow the page is. */
export interface VerbatimBlock {
  readonly kind: "verbatim";
  readonly text: string;
}

export interface Column {
  /** Empty: the table has no line of heads when every head is empty. */
  readonly head: string;
  /**
   * `key` identifies or judges a row and is never cut; `text` wraps in its column, or is below its row. The others
   * may be left out where the page is too narrow, the rightmost first, and a line below the table then says so:
   * `spare` before anything goes below its row, `extra` only after that.
   */
  readonly role: "key" | "text" | "extra" | "spare";
  /** Of `text`: columns of white space below which nobody can read it any more. */
  readonly least?: number;
}

export interface TableBlock {
  readonly kind: "table";
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Inline[])[];
  /** Columns of white space before each row. */
  readonly indent: number;
  /** On a terminal only so many rows, and a line that counts the rest; absent: all. */
  readonly most?: number;
}

export function lines(...texts: readonly (string | readonly Inline[])[]): LinesBlock {
  return { kind: "lines", lines: texts.map((text) => (typeof text === "string" ? [text] : text)) };
}

/** An empty line between two blocks. */
export const GAP: LinesBlock = lines("");

export function verbatim(text: string): VerbatimBlock {
  return { kind: "verbatim", text };
}

/** Rows of a label and what it says, without heads: `last scan  2027-01-18T02:30:00.000Z, done`. */
export function labelled(rows: readonly (readonly [label: string, text: Inline])[], indent = 2): TableBlock {
  const columns: readonly Column[] = [
    { head: "", role: "key" },
    { head: "", role: "text", least: 20 },
  ];
  return { kind: "table", columns, rows, indent };
}

export function key(head: string): Column {
  return { head, role: "key" };
}

/** A sentence, unless told otherwise: narrower it is a ribbon nobody can read. */
export function text(head: string, least = 36): Column {
  return { head, role: "text", least };
}

export function spare(head: string): Column {
  return { head, role: "spare" };
}

export function extra(head: string): Column {
  return { head, role: "extra" };
}

/** How bad it is, in its colour. */
export function severityCell(severity: string): Toned {
  const tone = severity === "critical" || severity === "high" ? "high" : severity === "medium" ? "medium" : "low";
  return { text: severity, tone };
}

export function counted(n: number, one: string, more: string): string {
  return `${n} ${n === 1 ? one : more}`;
}
