import { host } from "../../recorded/recording.ts";
import { httpPort, plus, segment } from "../../recorded/segment.ts";
import type { HostSpec } from "../nmap-xml.ts";

/** The first scan, UTC ms; one every twelve hours. */
export const FIRST_DAY = Date.parse("2026-06-01T06:00:00Z");
export const DAY = 86_400_000;
/** When the state was left. */
export const LAST_DAY = FIRST_DAY + 20.5 * DAY;

const at = (n: number) => `127.20.0.${n}`;
const NINE: readonly HostSpec[] = segment(9).map((h, i) => ({ ...h, address: at(i + 1), mac: null, names: [] }));

/** A port that is open on these hosts from a day on, and until another one. */
const OPENINGS = [
  { port: 8443, hosts: [3], from: 8, until: 99 },
  { port: 4444, hosts: [6], from: 12, until: 99 },
  { port: 5000, hosts: [2], from: 13, until: 15 },
  { port: 9100, hosts: [1, 2, 3, 4, 5], from: 15, until: 99 },
  { port: 9200, hosts: [1, 2, 3, 4], from: 16, until: 17.5 },
  { port: 443, hosts: [8], from: 17, until: 99 },
];

/** The machines of the office on a day of the story, which may be a fraction. */
export function machines(day: number): readonly HostSpec[] {
  const known = NINE.filter((_, i) => i !== 8 || day < 17).map((one, i) => changed(one, i + 1, day));
  return day < 9 ? known : [...known, host(at(12), [{ port: 22 }, { port: 3389 }], { mac: null })];
}

function changed(one: HostSpec, n: number, day: number): HostSpec {
  const ports = OPENINGS.filter(({ hosts, from, until }) => hosts.includes(n) && day >= from && day < until);
  const base = n === 5 && day >= 11 ? { ...one, ports: [...(one.ports ?? []).slice(0, 1), httpPort("1.26.0")] } : one;
  return plus(base, ...ports.map(({ port }) => ({ port })));
}
