import {
  emptyBaseline,
  type HostBaseline,
  type PortBaseline,
  type SegmentBaseline,
} from "../../src/domain/baseline.ts";
import type { EventDocument } from "../../src/domain/event.ts";
import { portKey } from "../../src/domain/network.ts";
import type { NmapRun } from "../../src/domain/nmap-run.ts";
import type { PortObservation } from "../../src/domain/observation.ts";
import type { CycleRecord, ObservationMark } from "../../src/domain/ports/stores.ts";
import { sha256Hex, stableId } from "../../src/lib/hash.ts";
import { fromNumbers } from "../../src/lib/intervals.ts";
import { hostObservation, nmapRun, text } from "../../test/store/support/samples.ts";

/**
 * What an office network of this size leaves in the store: memory, facts and events of one scan, recreated each time.
 */
export const HOSTS = 10_000;
export const PORTS = 10;
export const SHARD_HOSTS = 256;
export const SEGMENT = "bench";
const EVENT_BYTES = 1500;
const HOUR = 3_600_000;
const covered = fromNumbers(Array.from({ length: 1000 }, (_, i) => i * 37 + 1));
const PAD = "x".repeat(EVENT_BYTES);

export function cycleAt(id: string, scan: number): CycleRecord {
  return {
    id,
    segment: SEGMENT,
    profile: "ports",
    state: "done",
    startedAt: scan * HOUR,
    endedAt: scan * HOUR,
    scanNumber: scan,
    summary: null,
    vantage: null,
    learningChanges: 0,
    plan: null,
  };
}

/** All hosts as they are remembered after `scan`: every counter of every port has moved. */
export function baselineAt(scan: number): SegmentBaseline {
  const hosts = Array.from({ length: HOSTS }, (_, i) => hostAt(i, scan));
  return { ...emptyBaseline(SEGMENT), scans: scan, hosts: new Map(hosts.map((host) => [host.id, host])) };
}

function hostAt(index: number, scan: number): HostBaseline {
  const seen = { scan, at: scan * HOUR };
  const ports = Array.from({ length: PORTS }, (_, i) => portAt(index, 20 + i * 111, scan));
  const address = `10.0.${index >> 8}.${index & 255}`;
  return {
    id: hostId(index),
    evidence: [
      { kind: "ssh", value: sha256Hex(`ssh ${index}`), strong: true },
      { kind: "address", value: address, strong: false },
    ],
    address,
    reference: "known",
    current: "up",
    misses: 0,
    covered: scan,
    firstSeen: { scan: 1, at: HOUR },
    lastSeen: seen,
    osAskedAt: null,
    fields: new Map([["name", field(`host-${index}.example`, scan)]]),
    ports: new Map(ports.map((port) => [portKey(port), port])),
    coverage: [{ transport: "tcp", phase: "ports", ports: covered, scans: scan, first: 1, last: scan }],
  };
}

function hostId(index: number): string {
  return stableId("host", String(index));
}

function portAt(host: number, number: number, scan: number): PortBaseline {
  const seen = { scan, at: scan * HOUR };
  return {
    transport: "tcp",
    number,
    reference: "open",
    current: "open",
    misses: 0,
    opened: scan,
    firstSeen: { scan: 1, at: HOUR },
    lastSeen: seen,
    history: 2 ** Math.min(scan, 21) - 1,
    fields: new Map([
      ["service", field("http", scan)],
      ["product", field("nginx", scan)],
      ["version", field("1.24.0", scan)],
      ["banner", field("HTTP/1.1 200 OK Server: nginx", scan)],
      ["tls", field(sha256Hex(`${host} ${number}`), scan)],
    ]),
    fingerprinted: { ...seen, identified: true },
  };
}

function field(value: string, scan: number) {
  return { value, current: value, streak: scan, observed: scan, changes: 0 };
}

/** Every host and service told for the first time, as after the first scan and once a day: `share` of all units. */
export function toldAt(
  scan: number,
  share: number,
): { readonly events: readonly EventDocument[]; readonly marks: readonly ObservationMark[] } {
  const events: EventDocument[] = [];
  const marks: ObservationMark[] = [];
  for (let index = 0; index < HOSTS * share; index++) {
    for (const unit of ["host", ...Array.from({ length: PORTS }, (_, i) => `tcp/${20 + i * 111}`)]) {
      const id = stableId("event", String(scan), String(index), unit);
      events.push({
        id,
        family: "observation",
        key: `bench|${hostId(index)}|${unit}`,
        action: unit === "host" ? "host-observed" : "service-observed",
        severity: null,
        namespace: "default",
        body: `{"event":{"id":"${id}"},"message":"${PAD}"}`,
      });
      marks.push({ hostId: hostId(index), unit, digest: sha256Hex(id).slice(0, 32), at: scan * HOUR });
    }
  }
  return { events, marks };
}

/** The run of one shard, with services, certificates and names of its own. */
export function shardRun(shard: number): NmapRun {
  const hosts = Array.from({ length: SHARD_HOSTS }, (_, i) => {
    const ports = Array.from({ length: PORTS }, (_, p) => observedPort(20 + p * 111, `${shard} ${i} ${p}`));
    const coverage = [{ transport: "tcp" as const, phase: "ports" as const, ports: covered }];
    return hostObservation(`10.${shard}.0.${i}`, { ports, coverage, names: [text(`host-${shard}-${i}`)] });
  });
  return nmapRun(0, { shard, hosts });
}

function observedPort(number: number, key: string): PortObservation {
  return {
    transport: "tcp",
    number,
    state: "open",
    reason: "syn-ack",
    reasonTtl: 64,
    service: {
      name: text("http"),
      product: text("nginx"),
      version: text("1.24"),
      extraInfo: null,
      tunnel: null,
      method: "probed",
      confidence: 10,
      cpe: [],
    },
    identity: {
      values: { tls: sha256Hex(key), banner: "HTTP/1.1 200" },
      certificate: { issuer: text("CN=ca"), subject: text("CN=web"), notAfter: 1, selfSigned: false },
    },
    scripts: [
      { id: "ssl-cert", value: new Map([["subject", text("web")]]), output: text("Subject: web"), failed: false },
    ],
    verified: false,
  };
}
