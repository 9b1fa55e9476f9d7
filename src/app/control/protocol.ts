import { z } from "zod";

/** Raised when an older side would misunderstand; a new operation or a new key of its input is no reason. */
export const VERSION = 1;

/** Longest request, bytes. */
export const MOST_BYTES = 256 * 1024;

/** The agent's first line. The form of the nonce matters: the client makes a file of that name. */
export const HELLO = z.object({ v: z.int(), nonce: z.string().regex(/^[0-9a-f]{32}$/) });

/** One per connection: the client sends it and ends its side. */
export const REQUEST = z.strictObject({
  v: z.int(),
  operation: z.string(),
  /** Real path of the state directory that is meant: a socket alone does not say whose it is. */
  state: z.string(),
  input: z.unknown().optional(),
});

export type ControlRequest = z.infer<typeof REQUEST>;

const FAILURE = z.object({
  code: z.string(),
  exit: z.int(),
  what: z.string(),
  effect: z.string(),
  fix: z.string(),
});

/** The agent's last line; instead of the first one where it does not even listen. */
export const ANSWER = z.discriminatedUnion("ok", [
  z.object({ v: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ v: z.int(), ok: z.literal(false), error: FAILURE }),
]);

export type Answer = z.infer<typeof ANSWER>;

export function line(message: z.input<typeof HELLO> | Answer): string {
  return `${JSON.stringify(message)}\n`;
}

/** The value of a line, or undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
