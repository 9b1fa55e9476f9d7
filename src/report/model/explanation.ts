import type { Anomaly, Mute, Score } from "../../domain/anomaly.ts";
import type { Facts } from "../../domain/facts.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import { howOften } from "../../domain/how-often.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";
import { portClass } from "../../domain/network.ts";
import { membersOf } from "../../domain/members.ts";
import { hostText, minuteText, valueText, withArticle } from "../../domain/words.ts";
import { bracketed } from "../../lib/ip.ts";
import { formatDuration, isoTime } from "../../lib/time.ts";
import { missingSightings, type MissingSighting } from "./explain/missing.ts";
import { type Nearby, nearbyOf } from "./explain/nearby.ts";
import { type Peers, peersOf, type PeersInput } from "./explain/peers.ts";
import { whatIf, type WhatIf } from "./explain/what-if.ts";

/** Everything `tripline explain` says, as data: the terminal, JSON and web pages render the same. */
export interface Explanation {
  readonly id: string;
  readonly kind: Anomaly["kind"];
  /** What happened, as its last event said it. */
  readonly sentence: string;
  readonly state: Anomaly["state"];
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly count: number;
  readonly episode: number;
  readonly confirmed: boolean;
  /** Who looks at it, and how it was closed; empty: nobody did. */
  readonly people: readonly string[];
  /** What the last `tripline investigate` found; null: nobody asked. */
  readonly investigation: Anomaly["investigation"] | null;
  /** Since when, and how often it was seen, in plain words. */
  readonly seen: string;
  /** How unusual it is, for this host and among its peers. */
  readonly unusual: readonly string[];
  /** Null: the baseline does not know its host. */
  readonly peers: Peers | null;
  /** What else began on the host about the same time. */
  readonly nearby: readonly Nearby[];
  /** Sightings that have not come yet; none once it is closed. */
  readonly missing: readonly MissingSighting[];
  /** What has, or would have had, a say in the verdict. */
  readonly whatIf: readonly WhatIf[];
  readonly baseline: readonly string[];
  readonly now: readonly string[];
  readonly members: readonly string[];
  /** What each member changed, in the order of {@link members}; of ports that opened together, those with events of their own. */
  readonly memberChanges: readonly MemberChange[];
  /** What it went from and to, in short; null where values say nothing. */
  readonly change: string | null;
  /** The anomaly that stands for it and others; null: it stands for itself. */
  readonly memberOf: (Pick<Anomaly, "id" | "kind" | "state"> & { readonly sentence: string }) | null;
  readonly score: Pick<Score, "value" | "band" | "bits" | "parts"> & {
    readonly alertAt: number;
    /** What is rare about it, and how many bits of surprise that is; null where rarity does not count. */
    readonly rarity: string | null;
  };
  /** Why it is or is not an alert: threshold, mute, information only. */
  readonly verdict: readonly string[];
  readonly mayBe: readonly string[];
  readonly check: readonly string[];
  readonly quiet: readonly string[];
}

export interface MemberChange {
  /** Id of the member. */
  readonly id: string;
  readonly host: string;
  /** `tcp/22`, `presence`. */
  readonly subject: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly state: Anomaly["state"];
}

export interface ExplanationView {
  readonly kind: "explanation";
  readonly explanation: Explanation;
}

/** What the anomaly does not carry itself. */
export interface ExplainInputs extends PeersInput {
  /** UTC ms. */
  readonly now: number;
  /** How long something lasts before it is normal. */
  readonly forgetMs: number;
  readonly alertAt: number;
  /** The mute that holds it now. */
  readonly mute: Mute | null;
  readonly memberOf: Anomaly | null;
  /** What the baseline knew about the subject, as a sentence. */
  readonly known: string | null;
}

export function explain(anomaly: Anomaly, inputs: ExplainInputs): Explanation {
  const { score, group } = anomaly;
  const { alertAt, known, baseline } = inputs;
  const host = hostOf(anomaly, baseline);
  const peers = peersOf(anomaly, inputs);
  const { check } = CATALOGUE[group?.kind ?? anomaly.kind].runbook;
  return {
    id: anomaly.id,
    kind: anomaly.kind,
    sentence: anomaly.message,
    state: anomaly.state,
    firstSeen: isoTime(anomaly.firstSeen),
    lastSeen: isoTime(anomaly.lastSeen),
    count: anomaly.count,
    episode: anomaly.episode,
    confirmed: anomaly.confirmed,
    people: peopleLines(anomaly),
    investigation: anomaly.investigation ?? null,
    seen: seenText(anomaly, inputs.now),
    unusual: [howOften(group?.kind ?? anomaly.kind, anomaly.history), ...(peers === null ? [] : [peers.text])],
    peers,
    nearby: nearbyOf(anomaly, inputs.others),
    missing: missingSightings(anomaly, { host, forgetMs: inputs.forgetMs }),
    whatIf: whatIf(anomaly, { alertAt, mute: inputs.mute, host }),
    baseline: [...factLines(anomaly.before), ...(known === null ? [] : [known]), ...declaredLines(anomaly)],
    now: [...factLines(anomaly.after), ...(anomaly.evidence === null ? [] : [`evidence ${anomaly.evidence}`])],
    members: group?.members.map((m) => (m.name === null ? m.ip : `${m.name} (${m.ip})`)) ?? [],
    memberChanges: membersOf(anomaly).map(memberChange),
    change: changeText(anomaly),
    memberOf: memberOfText(inputs.memberOf),
    score: {
      value: score.value,
      band: score.band,
      bits: score.bits,
      parts: score.parts,
      alertAt,
      rarity: rarityText(anomaly),
    },
    verdict: verdictOf(anomaly, inputs),
    mayBe: CATALOGUE[anomaly.kind].runbook.mayBe,
    check: check.map((line) => fill(line, anomaly)),
    quiet: quietLines(inputs.memberOf ?? anomaly),
  };
}

function memberChange(member: Anomaly): MemberChange {
  const { id, subject, from, to, state } = member;
  return { id, host: hostText(member), subject, from, to, state };
}

function changeText({ from, to, group }: Anomaly): string | null {
  return group !== null || (from === null && to === null) ? null : fromToText({ from, to });
}

/** `9.6p1 → 9.8p1`. */
export function fromToText({ from, to }: Pick<Anomaly, "from" | "to">): string {
  return [from, to].map((value) => (value === null ? "nothing" : valueText(value))).join(" → ");
}

function memberOfText(group: Anomaly | null): Explanation["memberOf"] {
  if (group === null) return null;
  const { id, kind, state, message } = group;
  return { id, kind, state, sentence: message };
}

function hostOf({ host }: Anomaly, { hosts }: SegmentBaseline) {
  return host === null ? null : (hosts.get(host.id) ?? null);
}

function seenText({ firstSeen, lastSeen, count, confirmed }: Anomaly, now: number): string {
  const age = now > firstSeen ? ` (${formatDuration(now - firstSeen)} ago)` : "";
  const times = count === 1 ? "seen once" : `seen ${count} times, last ${minuteText(lastSeen)}`;
  const sure = confirmed ? "confirmed by a second probe" : "not confirmed by a second probe";
  return `${minuteText(firstSeen)}${age}, ${times}, ${sure}`;
}

/**
 * `port never open in 412 covered scans: 9.7 bits of surprise for a registered port, counted at 25 % beside a
 * declaration`.
 */
function rarityText({ score, kind, group, port, history }: Anomaly): string | null {
  if (score.bits === null) return null;
  const { rarity } = CATALOGUE[kind].score;
  const rated = rarity !== null && "perDay" in rarity ? rarity : null;
  const what = rated?.perDay === "class" && port !== null ? withArticle(`${portClass(port.number)} port`) : kind;
  const share = rated?.share ?? null;
  const counted = share === null ? "" : `, counted at ${Math.round(share * 100)} % beside a declaration`;
  return `${howOften(group?.kind ?? kind, history)}: ${score.bits.toFixed(1)} bits of surprise for ${what}${counted}`;
}

/** Characters of one fact that are shown. */
const LONGEST_FACT = 512;

const LABELS: Readonly<Partial<Record<keyof Facts, string>>> = {
  extra_info: "extra info",
  banner_sha256: "banner sha256",
  tls_sha256: "TLS key",
  ssh_sha256: "SSH key",
  http_digest: "HTTP shape",
  os_family: "OS family",
  os_name: "OS",
  dns_name: "name",
  reason_ttl: "answer TTL",
  usual_port: "usual port",
  open_count: "ports opened",
  open_ports: "ports",
  asked_count: "ports asked",
};

function factLines(facts: Facts): readonly string[] {
  const label = (leaf: string) => Object.entries(LABELS).find(([name]) => name === leaf)?.[1] ?? leaf;
  const texts = Object.entries(facts).map(([leaf, value]) => `${label(leaf)} ${shortened(String(value))}`);
  return texts.length === 0 ? [] : [texts.join(", ")];
}

/** A whole banner would push everything else out of sight. */
function shortened(value: string): string {
  const characters = Array.from(value);
  if (characters.length <= LONGEST_FACT) return value;
  return `${characters.slice(0, LONGEST_FACT).join("")}… (${characters.length} characters; all of them in tripline anomalies show)`;
}

function declaredLines({ declared }: Anomaly): readonly string[] {
  if (declared === null) return [];
  const { source } = declared;
  const place = source === null ? "" : ` in ${source.file}${source.line === null ? "" : `:${source.line}`}`;
  return [`declarations say ${declared.verdict}${place}`];
}

function verdictOf(
  { score, informational, declared }: Anomaly,
  { alertAt, mute, memberOf }: ExplainInputs,
): readonly string[] {
  const above = score.value >= alertAt;
  return [
    above
      ? `${score.value} is at or above alert_at ${alertAt}`
      : `${score.value} is below alert_at ${alertAt}: sent as event; alert_at ${score.value} would alert`,
    ...(memberOf === null ? [] : [`told together with others: only the anomaly ${memberOf.id.slice(0, 8)} may alert`]),
    ...(informational ? ["its kind is informational and never alerts"] : []),
    ...(mute === null
      ? []
      : [`muted by ${mute.by} until ${isoTime(mute.until).slice(0, 10)} (${mute.origin}): ${mute.reason}`]),
    ...(declared?.firstEvaluation === true
      ? ["found by the first look at these declarations: only critical ones alert"]
      : []),
  ];
}

function fill(text: string, { host, port }: Anomaly): string {
  const ip = host === null ? "the members" : host.address;
  return text
    .replaceAll("{ip}:{port}", `${bracketed(ip)}:${port?.number ?? ""}`)
    .replaceAll("{ip}", ip)
    .replaceAll("{port}", String(port?.number ?? ""))
    .replaceAll("{proto}", port?.transport ?? "tcp");
}

function peopleLines({ acknowledged, verdict }: Anomaly): readonly string[] {
  return [
    ...(acknowledged === undefined
      ? []
      : [`${acknowledged.by} looks at it since ${isoTime(acknowledged.at)}: ${acknowledged.reason}`]),
    ...(verdict === undefined
      ? []
      : [`closed as ${verdict.as} by ${verdict.by} at ${isoTime(verdict.at)}: ${verdict.reason}`]),
  ];
}

function quietLines({ id }: Anomaly): readonly string[] {
  const short = id.slice(0, 8);
  return [
    `it is normal: tripline baseline accept ${short} --reason … --by …`,
    `for a while: tripline mute add --id ${short} --until … --reason … --by …`,
    "with other rules: change the configuration, then try it on past scans: tripline replay --since 7d",
  ];
}
