import { readFileSync } from "node:fs";

/** Linux capability 13. */
const NET_RAW = 1n << 13n;

/**
 * Whether an nmap started from here may open raw sockets. Root passes its capabilities on; every other user only the
 * ambient ones, whatever the process itself holds.
 */
export function readPrivilege(status = readStatus()): { readonly raw: boolean; readonly detail: string } {
  const uid = Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? process.geteuid?.() ?? -1);
  if (status === "") return { raw: uid === 0, detail: uid === 0 ? "root" : `not allowed for uid ${uid}` };
  const effective = capabilities(status, "CapEff");
  const ambient = capabilities(status, "CapAmb");
  const raw = ((uid === 0 ? effective : ambient) & NET_RAW) !== 0n;
  if (raw) return { raw, detail: uid === 0 ? "allowed (root)" : "allowed (ambient CAP_NET_RAW)" };
  const held = (effective & NET_RAW) !== 0n ? "; CAP_NET_RAW is held but not ambient, so nmap does not get it" : "";
  return { raw, detail: `not allowed for uid ${uid}${held}` };
}

function capabilities(status: string, name: string): bigint {
  const hex = new RegExp(`^${name}:\\s+([0-9a-f]+)`, "m").exec(status)?.[1];
  return hex === undefined ? 0n : BigInt(`0x${hex}`);
}

function readStatus(): string {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
