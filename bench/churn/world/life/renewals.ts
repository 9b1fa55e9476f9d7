import type { WorldCertificate, WorldPort } from "../../types.ts";
import { type Calendar, scanAt, startOf } from "../calendar.ts";
import { type Machine, portKey } from "../machine.ts";
import { type Ground, happening, type Planned, together } from "../plan.ts";
import { AUTHORITIES, type Authority, issued } from "../ports.ts";
import { type Random, random } from "../random.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Renewed with the key it had; the others make a new one. */
const SAME_KEY = 0.25;
/** Public authorities issue from several certificates in turn. */
const OTHER_INTERMEDIATE = 0.2;

/** Ordinary renewals: the same authority, the same names, dated shortly before. */
export function renewals(ground: Ground): Planned {
  return together(
    ground.machines.flatMap((machine) =>
      machine.ports.flatMap((port) => (port.certificate === null ? [] : [ofPort(ground, machine, port)])),
    ),
  );
}

function ofPort(ground: Ground, machine: Machine, port: WorldPort): Planned {
  const first = port.certificate;
  const authority = AUTHORITIES.find(({ issuer }) => issuer === first?.issuer);
  if (first === null || authority === undefined) return together([]);
  const chance = random(ground.seed, "renewals", machine.truth, port.number);
  const parts: Planned[] = [];
  let certificate = first;
  for (let n = 1; ; n++) {
    const due = certificate.notBefore + (authority.renewedAfter + chance.between(-1, 1)) * DAY_MS;
    const from = scanOf(ground.time, due);
    if (from >= ground.time.scans) return together(parts);
    certificate = renewed(certificate, authority, { chance, due, n });
    if (from > 0) parts.push(shown(ground, machine, { port, certificate, from }));
  }
}

function renewed(
  before: WorldCertificate,
  authority: Authority,
  { chance, due, n }: { readonly chance: Random; readonly due: number; readonly n: number },
): WorldCertificate {
  const next = issued(before.subject, authority, { notBefore: due - HOUR_MS, serial: String(n) });
  const other = authority.organisation === "Let's Encrypt" && chance.chance(OTHER_INTERMEDIATE);
  return {
    ...next,
    ...(chance.chance(SAME_KEY) ? { key: before.key } : {}),
    ...(other ? { issuer: "R13" } : {}),
  };
}

function shown(
  ground: Ground,
  { truth }: Machine,
  at: { readonly port: WorldPort; readonly certificate: WorldCertificate; readonly from: number },
): Planned {
  const key = portKey(at.port);
  return {
    ...together([]),
    changes: [
      {
        truth,
        from: at.from,
        edit: ({ ports, pinned }) => {
          const port = ports.get(key);
          if (port !== undefined && !pinned.has(key)) ports.set(key, { ...port, certificate: at.certificate });
        },
      },
    ],
    happenings: [happening(ground, { cause: "renewal", truth, ports: [key], from: at.from, until: null })],
  };
}

/** The first scan after a moment in UTC ms; 0 for what was before all. */
function scanOf(time: Calendar, ms: number): number {
  const day = (ms - startOf(time, 0)) / DAY_MS + 0.5 / time.perDay;
  return scanAt(time, day);
}
