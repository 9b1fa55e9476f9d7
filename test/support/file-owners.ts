import { type Available, missing } from "./availability.ts";

/** A user that is neither root nor whoever runs the tests. */
export const STRANGER = 61_234;

/** Only root can give files away. */
export function givingAway(): Available<object> {
  return process.getuid?.() === 0 ? { ok: true } : missing("only root can give a file away", "run the tests as root");
}
