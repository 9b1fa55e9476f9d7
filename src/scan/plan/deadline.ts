import type { Pace, RunPlan } from "../../domain/scan-plan.ts";
import { size } from "../../lib/intervals.ts";

/** The fields of a plan that decide how long its nmap may run. */
type Timed = Pick<
  RunPlan,
  "technique" | "addresses" | "ports" | "versionIntensity" | "shortWait" | "osDetection" | "scripts" | "pace"
>;

const START_MS = 30_000;
const DISCOVERY_MS = 500;
// A dropped probe is sent again and again; these are the worst measured times per host and port, doubled.
const PROBE_MS: Readonly<Record<Pace, number>> = { polite: 20, normal: 5, fast: 3 };
// nmap probes services in parallel: the slowest of a batch decides. One silent service takes 158 s at full intensity
// and 26–41 s at light intensity; the short wait saves the rest.
const SERVICES_AT_ONCE = 20;
const SILENT_SERVICE_MS = { full: 160_000, light: 45_000, short: 30_000 } as const;
const SCRIPT_MS = 20_000;
const OS_BATCH_MS = 15_000;
const OS_AT_ONCE = 10;
const LONGEST_MS = 6 * 3_600_000;

/**
 * Our wall-clock limit for one nmap process, ms: generous for every ordinary network, because nmap checks its own
 * timeouts only between events and one endless stream keeps it busy forever.
 */
export function nmapDeadlineMs(plan: Timed): number {
  const hosts = plan.addresses.length;
  const endpoints = hosts * [...plan.ports.values()].reduce((sum, ports) => sum + size(ports), 0);
  const probing = endpoints * PROBE_MS[plan.pace] * (plan.technique === "syn" ? 1 : 2);
  const total = START_MS + hosts * DISCOVERY_MS + probing + serviceTime(plan, endpoints) + osTime(plan, hosts);
  return Math.min(LONGEST_MS, Math.ceil(total));
}

function serviceTime(plan: Timed, endpoints: number): number {
  const batches = Math.ceil(endpoints / SERVICES_AT_ONCE);
  const versions = plan.versionIntensity === null ? 0 : slowestService(plan.versionIntensity, plan.shortWait);
  return batches * (versions + (plan.scripts.length > 0 ? SCRIPT_MS : 0));
}

function slowestService(intensity: number, shortWait: boolean): number {
  if (intensity > 2) return SILENT_SERVICE_MS.full;
  return shortWait ? SILENT_SERVICE_MS.short : SILENT_SERVICE_MS.light;
}

function osTime(plan: Timed, hosts: number): number {
  return plan.osDetection ? Math.ceil(hosts / OS_AT_ONCE) * OS_BATCH_MS : 0;
}
