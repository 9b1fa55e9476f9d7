import type { ReaderKeys } from "../../config/declared-entries.ts";
import type { Declaration } from "../../domain/declaration.ts";

/** A place in the text of a source; from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Place {
  readonly message: string;
}

/** A declaration as its reader found it; which file it is in, how old that is and what it hashes to comes later. */
export interface FoundDeclaration extends Omit<Declaration, "sources"> {
  /** Null where the format has no lines. */
  readonly place: Place | null;
}

/** What a reader is given: all it may know, and nothing but data, so that it may run in another thread. */
export interface ReaderInput<Options = Readonly<Record<string, unknown>>> {
  /** Path as given; its ending may tell the format. */
  readonly file: string;
  readonly text: string;
  /** The keys of its entry, as its schema left them. */
  readonly options: Options;
}

/**
 * What it makes of that; only data. One problem refuses the whole source, because half of one would produce false
 * findings.
 */
export type ReaderOutcome =
  | {
      readonly state: "read";
      /** In a word: `csv`, `yaml`, … */
      readonly format: string;
      readonly declarations: readonly FoundDeclaration[];
      /** Worth a look, but no error. */
      readonly warnings: readonly Problem[];
    }
  | { readonly state: "refused"; readonly problems: readonly [Problem, ...Problem[]] };

/** One tool whose files say what should be listening. */
export interface DeclarationReader<Options = Readonly<Record<string, unknown>>> extends ReaderKeys {
  /** As `tool` in events and JSON. */
  readonly tool: string;
  /** What it reads, for a message: `inventory (CSV or YAML)`. */
  readonly reads: string;
  /** Whether this is one of its files; asked where a file comes without a key, from a command line. */
  recognises(input: Pick<ReaderInput, "file" | "text">): boolean;
  /** Reads no file and keeps nothing. What it says of a wrong text never quotes values: they may be secrets. */
  read(input: ReaderInput<Options>, signal: AbortSignal): Promise<ReaderOutcome>;
}
