import { portKey } from "../../../src/domain/network.ts";
import type { World, WorldHost } from "../types.ts";
import type { RivalAlert } from "./rival.ts";

/** The rule that every SIEM has: an address, or a port of an address, that was never there before. */
export function firstSeen(world: World): readonly RivalAlert[] {
  const known = new Set<string>();
  const alerts: RivalAlert[] = [];
  for (const { n, up } of world.scans()) {
    const found = up.flatMap((host) => newsOf(host, known).map((news) => ({ n, ...news })));
    if (n >= world.judgedFrom) alerts.push(...found);
  }
  return alerts;
}

/** The ports of a new address are part of that news. */
function newsOf({ address, ports }: WorldHost, known: Set<string>): readonly Omit<RivalAlert, "n">[] {
  const stranger = !known.has(address);
  known.add(address);
  const opened = ports.map(portKey).filter((port) => !known.has(`${address} ${port}`));
  for (const port of opened) known.add(`${address} ${port}`);
  return stranger ? [{ address, port: null }] : opened.map((port) => ({ address, port }));
}
