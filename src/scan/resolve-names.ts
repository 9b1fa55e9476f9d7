import { lookup } from "node:dns/promises";
import { sleep } from "../lib/time.ts";

/** Asks for the addresses of one name; rejects or gives none when there is no answer. */
export type AskName = (name: string) => Promise<readonly string[]>;

/** A resolver that does not answer must not hold a cycle back: the name is unmeasured this time. */
const PATIENCE_MS = 10_000;

/** As every program of this machine resolves: hosts file first, then DNS; both families, each address once. */
export async function askSystem(name: string): Promise<readonly string[]> {
  const answers = await lookup(name, { all: true });
  return [...new Set(answers.map((answer) => answer.address))];
}

/** All names at once, one time: what comes back is pinned for the cycle. Never rejects. */
export async function resolveNames(
  names: readonly string[],
  ask: AskName,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const answers = await Promise.all(names.map(async (name) => [name, await patiently(ask, name)] as const));
  return new Map(answers);
}

async function patiently(ask: AskName, name: string): Promise<readonly string[]> {
  const enough = new AbortController();
  try {
    return await Promise.race([ask(name), sleep(PATIENCE_MS, enough.signal).then(() => [])]);
  } catch {
    return [];
  } finally {
    enough.abort();
  }
}
