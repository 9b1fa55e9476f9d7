import { z } from "zod";
import { completeness, phase, portRef, runProblem, technique, transport } from "./common.ts";
import { packPortIdentity, portIdentity } from "./port-identity.ts";
import { cleanText, cleanTexts, listOf, mapOf, numberOrNull, textOrNull, texts } from "./json.ts";
import { packScriptValue, scriptValue } from "./script-value.ts";

const portState = z.enum(["open", "closed", "filtered", "unfiltered", "open|filtered", "closed|filtered"]);

const service = z.strictObject({
  name: cleanText,
  product: cleanText.nullable(),
  version: cleanText.nullable(),
  extraInfo: cleanText.nullable(),
  tunnel: z.literal("ssl").nullable(),
  method: z.enum(["probed", "table"]),
  confidence: z.number(),
  cpe: cleanTexts,
});

const script = z.strictObject({
  id: z.string(),
  value: scriptValue.nullable(),
  output: cleanText,
  failed: z.boolean(),
});

const port = z.strictObject({
  transport,
  number: z.number(),
  state: portState,
  reason: z.string(),
  reasonTtl: numberOrNull,
  service: service.nullable(),
  identity: portIdentity.nullable(),
  scripts: listOf(script),
  verified: z.boolean(),
});

const osMatch = z.strictObject({
  name: cleanText,
  accuracy: z.number(),
  family: cleanText.nullable(),
  vendor: cleanText.nullable(),
  type: cleanText.nullable(),
});

const os = z.strictObject({
  matches: listOf(osMatch),
  families: texts,
  goodConditions: z.boolean(),
  stack: mapOf(z.string(), z.string()),
});

/**
 * The part of a host observation that stays the same while the host does: stored once per content. Address, time,
 * round trip and coverage are beside it in the row.
 */
export const hostFacts = z.strictObject({
  state: z.enum(["up", "down"]),
  stateReason: z.string(),
  mac: textOrNull,
  macVendor: cleanText.nullable(),
  names: cleanTexts,
  ports: listOf(port),
  otherStates: listOf(z.strictObject({ state: portState, count: z.number(), transport: transport.nullable() })),
  os: os.nullable(),
  distance: numberOrNull,
  problems: listOf(z.enum(["timed-out", "port-sum-mismatch", "not-closed", "oversized", "unreadable"])),
  allPortsOpen: numberOrNull,
  sample: listOf(portRef).exactOptional(),
  recheck: z.strictObject({ same: z.number(), other: z.number() }).exactOptional(),
  truncated: texts,
});

/** What is stored apart, because it differs from scan to scan on a host that stays the same. */
export const systemFacts = os;

/** {@link systemFacts} as JSON text, by hand as {@link packHostFacts}. */
export function packSystemFacts(seen: z.output<typeof os>): string {
  return JSON.stringify(plainSystem(seen));
}

function plainSystem(seen: z.output<typeof os>): z.input<typeof os> {
  return { ...seen, stack: [...seen.stack] };
}

type HostFacts = z.output<typeof hostFacts>;
type PortFacts = HostFacts["ports"][number];

/**
 * {@link hostFacts} as JSON text. By hand, because encoding by schema took half of the time of a shard's commit; field by
 * field, so that the compiler misses one that the schema has.
 */
export function packHostFacts(facts: HostFacts): string {
  const { os: seen } = facts;
  const plain: z.input<typeof hostFacts> = {
    state: facts.state,
    stateReason: facts.stateReason,
    mac: facts.mac,
    macVendor: facts.macVendor,
    names: facts.names,
    ports: facts.ports.map(packPort),
    otherStates: facts.otherStates,
    os: seen === null ? null : plainSystem(seen),
    distance: facts.distance,
    problems: facts.problems,
    allPortsOpen: facts.allPortsOpen,
    ...(facts.sample === undefined ? {} : { sample: facts.sample }),
    ...(facts.recheck === undefined ? {} : { recheck: facts.recheck }),
    truncated: facts.truncated,
  };
  return JSON.stringify(plain);
}

function packPort(facts: PortFacts): z.input<typeof port> {
  const scripts = facts.scripts.map((s) => {
    return { id: s.id, value: s.value === null ? null : packScriptValue(s.value), output: s.output, failed: s.failed };
  });
  return {
    transport: facts.transport,
    number: facts.number,
    state: facts.state,
    reason: facts.reason,
    reasonTtl: facts.reasonTtl,
    service: facts.service,
    identity: facts.identity === null ? null : packPortIdentity(facts.identity),
    scripts,
    verified: facts.verified,
  };
}

/** Coverage with interned port sets: transport, phase, id of the set. */
export const coverageRefs = listOf(z.tuple([transport, phase, z.int()]).readonly());

/** All of a run but its hosts. */
export const runFacts = z.strictObject({
  shard: z.number(),
  n: z.number(),
  phase,
  technique,
  argv: texts,
  exitCode: numberOrNull,
  signal: textOrNull,
  startedAt: z.number(),
  endedAt: z.number(),
  completeness,
  problems: listOf(runProblem),
  reason: textOrNull,
  nmapVersion: textOrNull,
  comparability: z.strictObject({
    presence: z.string(),
    service: textOrNull,
    os: textOrNull,
    scripts: mapOf(z.string(), z.string()),
  }),
  planned: z.number(),
  hostsUp: z.number(),
  hostsDown: z.number(),
  scriptErrors: texts,
  rejectedScripts: listOf(z.strictObject({ id: z.string(), reason: z.string() })).exactOptional(),
  raw: z.strictObject({ path: z.string(), sha256: z.string(), bytes: z.number() }).nullable(),
});
