import { expect } from "vitest";
import type {
  Cause,
  Happening,
  Label,
  World,
  WorldCertificate,
  WorldHost,
  WorldPort,
  WorldScan,
} from "../../../bench/churn/types.ts";

export function expectWithin(value: number, least: number, most: number): void {
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
}

export function countBy<T>(list: readonly T[], by: (item: T) => string): Readonly<Record<string, number>> {
  const groups = Map.groupBy(list, by);
  return Object.fromEntries([...groups].map(([name, items]) => [name, items.length]));
}

export function mean(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}

export function caused(world: World, cause: Cause): readonly Happening[] {
  return world.happenings.filter((happening) => happening.cause === cause);
}

export function bad(world: World): readonly Label[] {
  return world.labels.filter(({ benign }) => !benign);
}

/** How many of each kind must be told. */
export function badCounts(world: World): Readonly<Record<string, number>> {
  return countBy(bad(world), ({ kind }) => kind);
}

export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** nmap's spelling as first and last number of each part. */
export function rangesOf(text: string): readonly (readonly [number, number])[] {
  return text.split(",").map((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return [first, last];
  });
}

/** How often machines of a role were there again after a scan without them. */
export function returnsOf(scans: Iterable<WorldScan>, role: string): number {
  let [returns, before] = [0, new Set<string>()];
  const known = new Set<string>();
  for (const { truth } of withoutHalves(scans)) {
    const now = new Set(truth.filter((host) => host.role === role).map((host) => host.truth));
    for (const name of now) if (known.has(name) && !before.has(name)) returns++;
    for (const name of now) known.add(name);
    before = now;
  }
  return returns;
}

function* withoutHalves(scans: Iterable<WorldScan>): Generator<WorldScan> {
  for (const scan of scans) if (scan.fault !== "half-lost") yield scan;
}

/** Each certificate that a port had, in turn. */
export function certificateChanges(
  scans: Iterable<WorldScan>,
): readonly (readonly [WorldCertificate, WorldCertificate])[] {
  const last = new Map<string, WorldCertificate>();
  const changes: (readonly [WorldCertificate, WorldCertificate])[] = [];
  for (const { truth } of scans) {
    const endpoints = truth.flatMap(({ truth: name, ports }) => ports.map((port) => ({ name, ...port })));
    for (const { name, number, certificate } of endpoints) {
      if (certificate === null) continue;
      const before = last.get(`${name} ${number}`);
      if (before !== undefined && before.serial !== certificate.serial) changes.push([before, certificate]);
      last.set(`${name} ${number}`, certificate);
    }
  }
  return changes;
}

/** What could have been seen, and in how many cases it was not, in scans that are not broken. */
export function noiseOf(scans: Iterable<WorldScan>) {
  const seen = { hosts: 0, ports: 0, services: 0, os: 0 };
  const missed = { hosts: 0, ports: 0, services: 0, lists: 0, names: 0, families: 0 };
  for (const { up, truth, fault } of scans) {
    if (fault !== "none") continue;
    const found = new Map(up.map((host) => [host.truth, host]));
    for (const real of truth) {
      seen.hosts++;
      const host = found.get(real.truth);
      if (host === undefined) missed.hosts++;
      else compare(real, host);
    }
  }
  return [seen, missed] as const;

  function compare(real: WorldHost, host: WorldHost): void {
    const ports = new Map(host.ports.map((port) => [port.number, port]));
    for (const port of real.ports) {
      seen.ports++;
      const now = ports.get(port.number);
      if (now === undefined) missed.ports++;
      else if (port.service !== null) {
        seen.services++;
        if (now.service?.product !== port.service.product || now.service?.version !== port.service.version)
          missed.services++;
      }
    }
    const [best, bestNow] = [real.os?.matches[0], host.os?.matches[0]];
    if (best === undefined || bestNow === undefined) return;
    seen.os++;
    if (best.family !== bestNow.family) missed.families++;
    else if (best.name !== bestNow.name) missed.names++;
    if (JSON.stringify(real.os) !== JSON.stringify(host.os)) missed.lists++;
  }
}

/** The port of the label in its first scan. */
export function portOf(scans: readonly WorldScan[], label: Label): WorldPort | undefined {
  return hostIn(scans[label.from], label)?.ports.find(({ number }) => label.ports.includes(`tcp/${number}`));
}

function hostIn(scan: WorldScan | undefined, { truth }: Label): WorldHost | undefined {
  return scan?.truth.find((host) => host.truth === truth);
}

/** What the wire shows of the label's field just before it begins and when it does. */
export function onTheWire(
  scans: readonly WorldScan[],
  label: Label,
): { readonly from: string | null; readonly to: string | null } {
  const before = scans.slice(0, label.from).findLast((scan) => hostIn(scan, label) !== undefined);
  return { from: valueIn(hostIn(before, label), label), to: valueIn(hostIn(scans[label.from], label), label) };
}

function valueIn(host: WorldHost | undefined, { ports, right: { field } }: Label): string | null {
  const port = host?.ports.find(({ number }) => ports.includes(`tcp/${number}`));
  switch (field) {
    case "presence":
      return host === undefined ? null : "up";
    case "state":
      return port === undefined ? "closed" : "open";
    case "product":
      return port?.service?.product ?? null;
    case "version":
      return port?.service?.version ?? null;
    case "issuer":
      return port?.certificate?.issuer ?? null;
    case "ssh":
      return port?.sshKeys.join(",") ?? null;
    case "mac":
      return host?.mac ?? null;
    case "os_family":
      return host?.os?.matches[0]?.family ?? null;
    default:
      return field;
  }
}
