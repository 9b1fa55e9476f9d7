import type { Anomaly, Mute, Score } from "../domain/anomaly.ts";
import type { Facts } from "../domain/facts.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import { bracketed } from "../lib/ip.ts";
import { isoTime } from "../lib/time.ts";
import { muteFor } from "./life/mutes.ts";
import { knownText } from "./words/reason.ts";
import { clip, filePlace } from "../domain/words.ts";

/** Everything `tripline explain` says, as data: the terminal, JSON and web pages render the same. */
export interface ExplainReport {
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
  readonly baseline: readonly string[];
  readonly now: readonly string[];
  readonly members: readonly string[];
  readonly score: Pick<Score, "value" | "band" | "bits" | "parts"> & { readonly alertAt: number };
  /** Why it is or is not an alert: threshold, mute, information only. */
  readonly verdict: readonly string[];
  readonly mayBe: readonly string[];
  readonly check: readonly string[];
  readonly quiet: readonly string[];
}

export interface ExplainOptions {
  readonly alertAt: number;
  readonly mutes: readonly Mute[];
  /** UTC ms. */
  readonly now: number;
}

export function explainAnomaly(anomaly: Anomaly, options: ExplainOptions): ExplainReport {
  const { score, group } = anomaly;
  const { check } = CATALOGUE[group?.kind ?? anomaly.kind].runbook;
  const known = knownText(anomaly);
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
    baseline: [...factLines(anomaly.before), ...(known === null ? [] : [known]), ...declaredLines(anomaly)],
    now: [...factLines(anomaly.after), ...(anomaly.evidence === null ? [] : [`evidence ${anomaly.evidence}`])],
    members: group?.members.map((m) => (m.name === null ? m.ip : `${clip(m.name)} (${m.ip})`)) ?? [],
    score: { value: score.value, band: score.band, bits: score.bits, parts: score.parts, alertAt: options.alertAt },
    verdict: verdictOf(anomaly, options),
    mayBe: CATALOGUE[anomaly.kind].runbook.mayBe,
    check: check.map((line) => fill(line, anomaly)),
    quiet: quietLines(anomaly),
  };
}

/** The same for a terminal: labels in one column, at most one thing per line. Text from hosts is cut. */
export function renderExplain(report: ExplainReport): string {
  const sure = report.confirmed ? "confirmed by re-probe" : "not confirmed by a re-probe";
  const { score } = report;
  const lines: readonly (readonly [label: string, lines: readonly string[]])[] = [
    ["baseline", report.baseline],
    ["now", report.now],
    [
      "hosts",
      report.members.length > 12
        ? [...report.members.slice(0, 12), `and ${report.members.length - 12} more`]
        : report.members,
    ],
    [
      "score",
      [
        sumText(score),
        ...score.parts
          .filter((p) => p.points !== 0)
          .map((p) => `${p.name.padEnd(13)} ${signed(p.points).padStart(5)}  ${p.why}`),
      ],
    ],
    ["alert", report.verdict],
    ["may be", report.mayBe],
    ["check", report.check.map((text, i) => `${i + 1} ${text}`)],
    ["quiet it", report.quiet],
    ["more", [`tripline doctor --explain ${report.kind}`]],
  ];
  const head = `${report.sentence}  ${score.band.toUpperCase()} ${score.value}/100`;
  const state = `${report.state} · ${sure} · seen ${report.count} time${report.count === 1 ? "" : "s"}, first ${report.firstSeen}, last ${report.lastSeen}`;
  return [
    head,
    `id         ${report.id}`,
    `state      ${state}`,
    ...lines.flatMap(([label, texts]) => block(label, texts)),
  ].join("\n");
}

function block(label: string, texts: readonly string[]): readonly string[] {
  return texts.map((text, i) => `${(i === 0 ? label : "").padEnd(10)} ${text}`);
}

function sumText({ parts, value, alertAt }: ExplainReport["score"]): string {
  return `${parts
    .map((p) => `${p.name} ${p.points}`)
    .join(" + ")
    .replaceAll("+ context -", "- context ")} = ${value}     alert_at ${alertAt}`;
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : String(points);
}

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
  const texts = Object.entries(facts).map(([leaf, value]) => `${label(leaf)} ${clip(String(value))}`);
  return texts.length === 0 ? [] : [texts.join(", ")];
}

function declaredLines({ declared }: Anomaly): readonly string[] {
  if (declared === null) return [];
  const place = declared.source === null ? "" : ` in ${filePlace(declared.source)}`;
  return [`declarations say ${declared.verdict}${place}`];
}

function verdictOf(anomaly: Anomaly, { alertAt, mutes, now }: ExplainOptions): readonly string[] {
  const { score } = anomaly;
  const mute = muteFor(anomaly, mutes, now);
  const above = score.value >= alertAt;
  return [
    above
      ? `${score.value} is at or above alert_at ${alertAt}`
      : `${score.value} is below alert_at ${alertAt}: sent as event; alert_at ${score.value} would alert`,
    ...(anomaly.informational ? ["its kind is for information and never alerts"] : []),
    ...(mute === null
      ? []
      : [`muted by ${mute.by} until ${isoTime(mute.until).slice(0, 10)} (${mute.origin}): ${clip(mute.reason)}`]),
    ...(anomaly.declared?.firstEvaluation === true
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

function quietLines({ id }: Anomaly): readonly string[] {
  const short = id.slice(0, 8);
  return [
    `tripline baseline accept ${short} --reason … --by …      it is normal now`,
    `tripline mute add --id ${short} --until … --reason … --by …      no alert until a date`,
  ];
}
