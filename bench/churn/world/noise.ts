import type { WorldHost, WorldOs, WorldPort } from "../types.ts";
import { type Random, random } from "./random.ts";
import type { Noise } from "./rates.ts";

/** What one scan shows of a machine: now and then less than there is. Null: it did not answer. */
export function observed(
  host: WorldHost,
  noise: Noise,
  at: { readonly seed: number; readonly n: number },
): WorldHost | null {
  const chance = random(at.seed, "noise", at.n, host.truth);
  if (chance.chance(noise.hostMiss)) return null;
  return {
    ...host,
    ports: seenPorts(host.ports, noise, chance),
    os: host.os === null ? null : guess(host.os, noise, chance),
  };
}

function seenPorts(ports: readonly WorldPort[], noise: Noise, chance: Random): readonly WorldPort[] {
  return ports.flatMap((port) => {
    if (chance.chance(noise.portMiss)) return [];
    return port.service !== null && chance.chance(noise.serviceLoss) ? [poorly(port, chance)] : [port];
  });
}

/** The banner came too late, or only half of it: no version, or nothing at all. What scripts tell is gone with it. */
function poorly(port: WorldPort, chance: Random): WorldPort {
  const { service } = port;
  if (service === null || service.version === null || chance.chance(0.5))
    return { ...port, service: null, sshKeys: [], certificate: null };
  return { ...port, service: { ...service, version: null, extraInfo: null } };
}

/** Candidates come and go, now and then another generation is in front, and hardly ever another family. */
function guess(os: WorldOs, noise: Noise, chance: Random): WorldOs {
  const [best, ...others] = chance.chance(noise.osList) ? flickered(os, chance) : os.matches;
  if (best === undefined) return os;
  if (chance.chance(noise.osFamily)) return { matches: [{ ...wrongFamily(best, chance), accuracy: best.accuracy }] };
  const [second, ...rest] = others;
  const swapped = second !== undefined && chance.chance(noise.osName);
  return { matches: swapped ? [{ ...second, accuracy: best.accuracy }, best, ...rest] : [best, ...others] };
}

function flickered(os: WorldOs, chance: Random): WorldOs["matches"] {
  const [best, ...others] = os.matches;
  const lower = chance.below(4);
  const kept = chance.sample(others, chance.below(others.length + 1));
  const matches = [...(best === undefined ? [] : [best]), ...kept.toSorted((a, b) => b.accuracy - a.accuracy)];
  return matches.map((match) => ({ ...match, accuracy: match.accuracy - lower }));
}

const FAMILIES = [
  { name: "Linux 4.15 - 5.8", family: "Linux" },
  { name: "FreeBSD 12.0-RELEASE - 13.1-RELEASE", family: "FreeBSD" },
  { name: "Microsoft Windows 10 1709 - 1909", family: "Windows" },
  { name: "HP LaserJet M402 printer", family: "embedded" },
];

function wrongFamily(best: WorldOs["matches"][number], chance: Random) {
  return chance.pick(FAMILIES.filter(({ family }) => family !== best.family));
}
