import { createSocket } from "node:dgram";
import { z } from "zod";
import { canonicalMac } from "../../domain/network.ts";
import { findExecutable, runProcess } from "../../lib/child-process.ts";
import { addressVersion } from "../../lib/ip.ts";
import { sleep } from "../../lib/time.ts";

/** What the kernel knows about a next hop. */
export interface Neighbour {
  readonly state: "answers" | "silent" | null;
  readonly mac: string | null;
}

const neighbours = z.array(z.object({ lladdr: z.string().optional(), state: z.array(z.string()).default([]) }));
/** The kernel asks three times, a second apart, before it gives up. */
const PATIENCE_MS = 4000;
const ASK_EVERY_MS = 100;
/** The port of the discard protocol; the packet ends at the gateway anyway. */
const DISCARD = 9;

/**
 * Whether a gateway resolves to a MAC address, from the kernel's own table. One datagram towards the target, with a
 * time to live of 1, makes the kernel look: it reaches the gateway as traffic to be forwarded and never the target, so
 * an excluded gateway is not probed and an excluded target not touched.
 */
export async function lookAtGateway(
  gateway: string,
  way: { readonly target: string; readonly device: string; readonly signal: AbortSignal },
): Promise<Neighbour> {
  const ip = findExecutable("ip");
  if (ip === null) return { state: null, mac: null };
  await nudge(way.target);
  for (let waited = 0; ; waited += ASK_EVERY_MS) {
    const { states, mac } = await readEntry(ip, gateway, way.device);
    const undecided = states.length === 0 || states.includes("INCOMPLETE") || states.includes("PROBE");
    if (!undecided || waited >= PATIENCE_MS || way.signal.aborted) return verdictOf(states, mac);
    await sleep(ASK_EVERY_MS, way.signal);
  }
}

function verdictOf(states: readonly string[], mac: string | null): Neighbour {
  if (states.includes("FAILED") || states.includes("INCOMPLETE")) return { state: "silent", mac: null };
  // A point-to-point link has a next hop without a MAC address.
  return mac === null ? { state: null, mac: null } : { state: "answers", mac };
}

async function readEntry(ip: string, gateway: string, device: string) {
  const args = ["-j", "neigh", "show", "to", gateway, "dev", device];
  const limits = { deadlineMs: 5000, outputCapBytes: 16_384 };
  const { stdout } = await runProcess({ file: ip, args, cwd: "/", env: { LANG: "C" }, ...limits });
  try {
    const [entry] = neighbours.parse(JSON.parse(stdout));
    return { states: entry?.state ?? [], mac: canonicalMac(entry?.lladdr ?? "") };
  } catch {
    return { states: [], mac: null };
  }
}

/** A failure shows in the neighbour table. */
function nudge(target: string): Promise<void> {
  const socket = createSocket(addressVersion(target) === 6 ? "udp6" : "udp4");
  return new Promise((resolve) => {
    const done = () => {
      socket.close();
      resolve();
    };
    socket.once("error", done);
    socket.bind(0, () => {
      socket.removeListener("error", done);
      socket.on("error", () => {});
      try {
        socket.setTTL(1);
        socket.send("", DISCARD, target, done);
      } catch {
        done();
      }
    });
  });
}
