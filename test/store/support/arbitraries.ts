import fc from "fast-check";
import { SCORE_PARTS, type Anomaly } from "../../../src/domain/anomaly.ts";
import type {
  FieldBaseline,
  HostBaseline,
  PortBaseline,
  RememberedBurst,
  SegmentBaseline,
} from "../../../src/domain/baseline.ts";
import type { Occurrences } from "../../../src/domain/churn.ts";
import type { Rhythm } from "../../../src/domain/rhythm.ts";
import type { HostField } from "../../../src/domain/fields/host.ts";
import type { PortField } from "../../../src/domain/fields/port.ts";
import { ANOMALY_KINDS } from "../../../src/domain/kinds/catalogue.ts";
import { portKey } from "../../../src/domain/network.ts";
import { formatIntervals, normalise } from "../../../src/lib/intervals.ts";
import { SEGMENT } from "./samples.ts";

const count = fc.nat({ max: 2 ** 31 });
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
/** Text as hosts send it: quotes, `__proto__`, controls, every plane of Unicode. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("", "__proto__", "constructor", 'a"b\\c', "[]", "\u202e", "null"),
);
/** SQLite compares and returns text as UTF-8: a lone surrogate cannot survive, and the sanitiser lets none pass. */
const clean = hostile.map((value) => value.toWellFormed().replaceAll("\0", "0"));
const seen = fc.record({ scan: count, at: time });
const transport = fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const);
const phase = fc.constantFrom("ports" as const, "fingerprint" as const, "verify" as const);
const intervals = fc
  .array(fc.tuple(fc.nat(65_535), fc.nat(200)), { maxLength: 5 })
  .map((pairs) => normalise(pairs.map(([a, n]) => [a, a + n] as const)));

const field: fc.Arbitrary<FieldBaseline> = fc.record(
  {
    value: clean,
    current: clean,
    streak: count,
    observed: count,
    changes: count,
    since: fc.record({ scan: count, at: count }),
    values: fc.array(fc.record({ value: clean, seen: count, last: count }), { maxLength: 8 }),
    former: clean,
  },
  { requiredKeys: ["value", "current", "streak", "observed", "changes"] },
);

function fields<F extends string>(...names: readonly F[]): fc.Arbitrary<ReadonlyMap<F, FieldBaseline>> {
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), field), { selector: ([name]) => name, maxLength: names.length })
    .map((pairs) => new Map(pairs));
}

const steadyPort: fc.Arbitrary<PortBaseline> = fc.record({
  transport,
  number: fc.nat(65_535),
  reference: fc.constantFrom("open", "closed"),
  current: fc.constantFrom("open", "closed"),
  misses: count,
  opened: count,
  firstSeen: seen,
  lastSeen: seen,
  history: fc.nat(2 ** 21 - 1),
  fields: fields<PortField>("service", "product", "version", "extra_info", "banner", "tls", "ssh", "http_title"),
  fingerprinted: fc.option(fc.record({ scan: count, at: time, identified: fc.boolean() })),
});

const portBaseline: fc.Arbitrary<PortBaseline> = fc
  .tuple(steadyPort, fc.boolean(), fc.boolean())
  .map(([port, flapping, alerted]) => ({
    ...port,
    ...(flapping ? { flapping } : {}),
    ...(alerted ? { alerted } : {}),
  }));

const portSet = fc.tuple(
  transport,
  intervals.filter((set) => set.length > 0),
);
const burst: fc.Arbitrary<RememberedBurst> = fc.record(
  {
    ports: portSet.map((set) => new Map([set])),
    open: fc.constant(new Map()),
    misses: count,
    since: seen,
  },
  { requiredKeys: ["ports", "open", "misses"] },
);

const churn: fc.Arbitrary<readonly [string, Occurrences]> = fc.tuple(
  clean,
  fc.record({ days: fc.nat(30_000).map((n) => n / 1000), at: count }),
);

const steadyHost: fc.Arbitrary<HostBaseline> = fc.record({
  id: fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom("a", "b", "c", "d") }),
  evidence: fc.array(
    fc.record({ kind: fc.constantFrom("ssh", "tls", "mac", "name", "address"), value: clean, strong: fc.boolean() }),
    { maxLength: 3 },
  ),
  address: fc.ipV4(),
  reference: fc.constantFrom("known", "new"),
  current: fc.constantFrom("up", "gone"),
  misses: count,
  covered: count,
  firstSeen: seen,
  lastSeen: seen,
  osAskedAt: fc.option(time),
  fields: fields<HostField>("ip", "mac", "name", "os_family", "stack", "reason_ttl"),
  ports: fc.array(portBaseline, { maxLength: 5 }).map((ports) => new Map(ports.map((port) => [portKey(port), port]))),
  coverage: fc.uniqueArray(fc.record({ transport, phase, ports: intervals, scans: count, first: count, last: count }), {
    selector: (c) => `${c.transport} ${c.phase} ${formatIntervals(c.ports)}`,
    maxLength: 4,
  }),
});

const share = fc.record({ asked: fc.nat(200), up: fc.nat(200) });
const rhythm: fc.Arbitrary<Rhythm> = fc.record(
  { "working-day": share, night: share, weekend: share },
  { requiredKeys: [] },
);

export const hostBaseline: fc.Arbitrary<HostBaseline> = fc
  .tuple(steadyHost, fc.option(burst), fc.option(churn), fc.option(rhythm))
  .map(([host, opened, happened, habit]) => ({
    ...host,
    ...(opened === null ? {} : { burst: opened }),
    ...(happened === null ? {} : { churn: new Map([happened]) }),
    ...(habit === null ? {} : { rhythm: habit }),
  }));

export const segmentBaseline: fc.Arbitrary<SegmentBaseline> = fc.record({
  segment: fc.constant(SEGMENT),
  scans: count,
  startedAt: fc.option(time),
  lastScanAt: fc.option(time),
  comparability: fc
    .uniqueArray(
      fc.tuple(
        fc.constantFrom("presence" as const, "service" as const, "os" as const, "script:ssl-cert" as const),
        clean,
      ),
      { selector: ([name]) => name },
    )
    .map((pairs) => new Map(pairs)),
  vantage: fc.record(
    {
      state: fc.constantFrom("ok", "degraded"),
      sourceAddress: fc.option(fc.ipV4()),
      gatewayMac: fc.option(clean),
      srttMicros: fc.option(count),
      cycles: count,
      asked: fc.array(clean, { maxLength: 3 }),
    },
    { requiredKeys: ["state", "sourceAddress", "gatewayMac", "srttMicros", "cycles"] },
  ),
  watchedMs: count,
  hosts: fc
    .uniqueArray(hostBaseline, { selector: (host) => host.id, maxLength: 5 })
    .map((hosts) => new Map(hosts.map((h) => [h.id, h]))),
});

const kind = fc.constantFrom(...ANOMALY_KINDS);
const facts = fc.record(
  { state: clean, port: fc.nat(65_535), banner: clean, usual_port: fc.boolean(), mac: clean },
  { requiredKeys: [] },
);
const points = fc.double({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }).map((n) => (n === 0 ? 0 : n));

export const anomaly: fc.Arbitrary<Anomaly> = fc.record({
  id: fc.uuid(),
  segment: fc.constant(SEGMENT),
  kind,
  subject: clean,
  target: clean,
  detector: fc.record({ id: clean, version: clean }),
  host: fc.option(
    fc.record({
      id: clean,
      address: fc.ipV6(),
      mac: fc.option(clean),
      name: fc.option(clean),
      osFamily: fc.option(clean),
      tags: fc.array(clean, { maxLength: 3 }),
    }),
  ),
  port: fc.option(fc.record({ transport, number: fc.nat(65_535) })),
  from: fc.option(clean),
  to: fc.option(clean),
  before: facts,
  after: facts,
  state: fc.constantFrom("open", "resolved", "accepted", "muted", "aged"),
  episode: count,
  count,
  firstSeen: time,
  lastSeen: time,
  openedCycle: clean,
  lastCycle: clean,
  lastEventAt: time,
  score: fc.record({
    value: fc.nat(100),
    band: fc.constantFrom("low", "medium", "high", "critical"),
    bits: fc.option(points),
    parts: fc.array(fc.record({ name: fc.constantFrom(...SCORE_PARTS), points, why: clean }), { maxLength: 6 }),
    exposure: fc.option(fc.constantFrom("web" as const, "unknown" as const)),
  }),
  confirmed: fc.boolean(),
  evidence: fc.option(
    fc.constantFrom("syn-ack" as const, "reset" as const, "no-response" as const, "handshake" as const),
  ),
  reasons: fc.array(fc.constantFrom("rare-port" as const, "unknown-service" as const, "unconfirmed" as const), {
    maxLength: 3,
  }),
  informational: fc.boolean(),
  history: fc.record({
    scans: count,
    seen: count,
    changes: count,
    firstSeen: fc.option(time),
    lastSeen: fc.option(time),
  }),
  declared: fc.constant(null),
  group: fc.option(
    fc.record({
      id: clean,
      kind,
      from: fc.option(clean),
      to: fc.option(clean),
      subject: clean,
      members: fc.array(fc.record({ hostId: clean, ip: fc.ipV4(), name: fc.option(clean), anomalyId: clean }), {
        maxLength: 3,
      }),
    }),
  ),
  supersedes: fc.array(fc.uuid(), { maxLength: 2 }),
  closed: fc.option(fc.record({ by: clean, reason: fc.constantFrom("superseded" as const, "aged" as const) })),
  mute: fc.option(fc.record({ id: clean, origin: clean, until: fc.option(time) })),
  message: clean,
});
