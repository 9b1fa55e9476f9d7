import type { Readable, Writable } from "node:stream";
import type { Redact } from "../config/redact.ts";

/** The process as a command sees it; tests bring their own. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly cwd: string;
  /** Aborts at SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Calls it at every SIGHUP from now on; without a listener SIGHUP ends the process. Absent: there is no such signal. */
  readonly onHangup?: (listener: () => void) => void;
  /** Called with every configuration that is read: from then on its secrets are removed from all output. */
  readonly learnSecrets?: (redact: Redact) => void;
  /** What the streams do by themselves, for text that goes to a file. */
  readonly hide?: Redact;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly state?: string;
  readonly format?: string;
  readonly json?: boolean;
  readonly output?: string;
  readonly quiet?: boolean;
  readonly verbose?: number;
  readonly logFormat?: "pretty" | "json";
  readonly color?: boolean;
  readonly plain?: boolean;
}

export function say(io: CommandIo, text: string): void {
  io.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function complain(io: CommandIo, text: string): void {
  io.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}
