import type { HostBaseline } from "./baseline.ts";
import type { CycleContext } from "./cycle.ts";
import { type HourClass, hourClass, wholeShare } from "./rhythm.ts";
import { hostRole, type HostRole } from "./role.ts";

/** What is believed of hours in which a host was not asked yet weighs like this many looks. */
const BELIEF_WEIGHT = 3;
/** A host that answers more often than this in such hours is expected: its silence means something. */
const EXPECTED = 0.75;
const USUALLY_ON = 0.9;
/** Of what people switch off when they go home. */
const LEFT_ON = 0.3;
const SLEEPERS: ReadonlySet<HostRole> = new Set<HostRole>(["workstation", "phone"]);

type Occasion = Pick<CycleContext, "startedAt" | "zone" | "roles">;

/** The class of hours in which a cycle runs. */
export function hoursOf({ startedAt, zone }: Pick<Occasion, "startedAt" | "zone">): HourClass {
  return hourClass(startedAt, zone ?? "UTC");
}

/** Whether a host should answer in such hours, as its rhythm says, and its role where the rhythm is not known yet. */
export function expectedUp(host: HostBaseline, occasion: Occasion, hours = hoursOf(occasion)): boolean {
  const { rhythm } = host;
  if (rhythm === undefined) return true;
  const role = hostRole(host, occasion.roles);
  const { asked, up } = rhythm[hours] ?? { asked: 0, up: 0 };
  // An absence that is being counted is what has to be explained, and no habit yet.
  const looks = Math.max(up, asked - host.misses);
  return up + BELIEF_WEIGHT * belief(role, hours) >= EXPECTED * (looks + BELIEF_WEIGHT);
}

function belief(role: HostRole, hours: HourClass): number {
  return SLEEPERS.has(role) && hours !== "working-day" ? LEFT_ON : USUALLY_ON;
}

/** Whether nights off are nothing unusual for such a host: even a scan that proves nothing may learn them. */
export function maySleep(host: HostBaseline, { roles }: Pick<Occasion, "roles">): boolean {
  const role = hostRole(host, roles);
  return SLEEPERS.has(role) || role === "unknown";
}

/** In how many of the scans in which it was asked a host did not answer, and how many those were. */
export function absences({ rhythm = {}, misses }: HostBaseline): { readonly scans: number; readonly away: number } {
  const { asked, up } = wholeShare(rhythm);
  const scans = Math.max(up, asked - misses);
  return { scans, away: scans - up };
}
