import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/**
 * Runs something on a machine whose clock is at `at` (UTC ms), whose dice always fall the same way, and which has
 * no name: what a real machine would add to an event is then the same everywhere. One at a time.
 */
export async function onFixedMachine<T>(at: number, run: () => Promise<T>): Promise<T> {
  const { now } = Date;
  const { randomBytes } = crypto;
  const hostname = process.env["HOSTNAME"];
  const fixedBytes = (size: number) => Buffer.alloc(size, 0x5a);
  try {
    Date.now = () => at;
    Object.assign(crypto, { randomBytes: fixedBytes });
    syncBuiltinESMExports();
    delete process.env["HOSTNAME"];
    return await run();
  } finally {
    Date.now = now;
    Object.assign(crypto, { randomBytes });
    syncBuiltinESMExports();
    if (hostname !== undefined) process.env["HOSTNAME"] = hostname;
  }
}
