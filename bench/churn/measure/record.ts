import type { Heard, HeardStep, Played } from "../play.ts";
import type { Label, World, WorldScan } from "../types.ts";
import { createTracer, type Origin } from "./cause.ts";
import { matchOf } from "./match.ts";
import { isRight } from "./right.ts";
import { type Weighed, weighedBook } from "./weighed.ts";
import { type Subject, subjectOf } from "./subject.ts";

/** One alert of a month, as JSON. */
export interface AlertRecord {
  readonly n: number;
  /** From 1. */
  readonly day: number;
  readonly id: string;
  readonly kind: string;
  readonly transition: string;
  readonly addresses: readonly string[];
  readonly port: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly score: number;
  readonly parts: string;
  /** Labels that it belongs to; empty: it is false. */
  readonly labels: readonly string[];
  readonly origin: Origin;
  /** It tells a harmless thing that looks like an incident. */
  readonly twin: boolean;
  /** Somebody announced what it tells. */
  readonly announced: boolean;
  readonly fault: WorldScan["fault"];
}

/** The outcome of one label. */
export interface LabelRecord {
  readonly id: string;
  readonly incident: string;
  readonly kind: string;
  readonly role: Label["role"];
  readonly from: number;
  readonly right: Label["right"];
  readonly benign: boolean;
  /** The first scan that asked the changed fact; null: none did. */
  readonly asked: number | null;
  /** The first alert that tells it; null: missed. */
  readonly told: {
    readonly n: number;
    readonly kind: string;
    readonly at: number;
    readonly right: boolean;
    readonly shown: string;
    /** Scans that asked the changed fact before this one without telling it. */
    readonly delay: number;
  } | null;
  readonly askedAt: number | null;
  readonly alerts: number;
  /** The highest score of an anomaly that tells it without an alert, for the missed ones. */
  readonly best: string | null;
}

export interface MonthRecord {
  readonly seed: number;
  readonly variant: string;
  readonly hosts: number;
  readonly days: number;
  readonly scansPerDay: number;
  readonly judgedFrom: number;
  readonly alerts: readonly AlertRecord[];
  readonly labels: readonly LabelRecord[];
  /** In the judged days: every anomaly that would have been told at some score. */
  readonly weighed: readonly Weighed[];
  /** Scans that were not believed or not whole, and why. */
  readonly degraded: readonly { readonly n: number; readonly fault: WorldScan["fault"]; readonly why: string | null }[];
  /** Scans that were broken, by their numbers. */
  readonly faults: readonly number[];
  readonly updated: number;
  readonly open: number;
  readonly cpuSeconds: number;
}

interface LabelState {
  readonly label: Label;
  asked: number | null;
  askedAt: number | null;
  asks: number;
  told: LabelRecord["told"];
  alerts: number;
  best: { score: number; text: string } | null;
}

/** Listens to a month and says what was right, false and missed. */
export interface Recorder {
  /** Returns the alerts of this scan. */
  readonly hear: (heard: Heard) => readonly AlertRecord[];
  readonly record: (played: Played) => MonthRecord;
}

export function createRecorder(world: World, hosts: number): Recorder {
  const labels = world.labels.map(
    (label): LabelState => ({ label, asked: null, askedAt: null, asks: 0, told: null, alerts: 0, best: null }),
  );
  const alerts: AlertRecord[] = [];
  const degraded: MonthRecord["degraded"][number][] = [];
  const trace = createTracer(world);
  const book = weighedBook();
  let updated = 0;
  const faults: number[] = [];
  return {
    hear(heard) {
      const { scan } = heard;
      if (heard.degraded || !heard.complete) degraded.push({ n: scan.n, fault: scan.fault, why: heard.why });
      if (scan.fault !== "none") faults.push(scan.n);
      const before = alerts.length;
      for (const state of labels) noteAsked(state, heard);
      for (const state of labels) noteHealth(state, heard);
      for (const step of heard.steps) {
        if (step.transition === "updated") updated += 1;
        const subject = subjectOf(step.anomaly);
        if (scan.n >= world.judgedFrom) book.note(step, judgedOf(subject, { scan, world, labels }));
        if (step.alert) alerts.push(alertOf(step, subject, { scan, world, labels, trace }));
        else noteUnheard(step, subject, { scan, world, labels });
      }
      return alerts.slice(before);
    },
    record: ({ open, cpuSeconds }) => ({
      seed: world.seed,
      variant: world.variant,
      hosts,
      days: world.days,
      scansPerDay: world.scansPerDay,
      judgedFrom: world.judgedFrom,
      alerts,
      labels: labels.map(labelRecord),
      weighed: book.all(),
      degraded,
      faults,
      updated,
      open,
      cpuSeconds,
    }),
  };
}

function labelRecord({ label, asked, askedAt, told, alerts, best }: LabelState): LabelRecord {
  const { id, incident, kind, role, from, right, benign } = label;
  return { id, incident, kind, role, from, right, benign, asked, askedAt, told, alerts, best: best?.text ?? null };
}

/** What stands between the scanner and everybody is told by the scan itself, not by an anomaly of a host. */
function noteHealth(state: LabelState, { scan, health, why }: Heard): void {
  const { label, told, asks } = state;
  if (told !== null || scan.n < label.from || scan.n > (label.until ?? scan.n)) return;
  const kind = health.find((one) => label.tells.includes(one));
  if (kind === undefined) return;
  state.told = { n: scan.n, kind, at: scan.start, right: true, shown: why ?? "", delay: Math.max(0, asks - 1) };
  state.alerts += 1;
}

/** A machine that is off is not asked; what is gone is asked in every complete scan. */
function noteAsked(state: LabelState, heard: Heard): void {
  const { scan } = heard;
  if (state.told !== null || scan.n < state.label.from || scan.fault !== "none" || !heard.complete) return;
  if (!isAsked(state.label, heard)) return;
  state.asks += 1;
  state.asked ??= scan.n;
  state.askedAt ??= scan.start;
}

function isAsked(label: Label, { scan, asked }: Heard): boolean {
  if (isLoss(label)) return true;
  const host = scan.truth.find(({ truth, address }) => truth === label.truth || label.addresses.includes(address));
  if (host === undefined) return false;
  if (label.right.field === "os_family") return asked(host.address, "system");
  return !SAID_BY_PORTS.has(label.right.field ?? "") || label.ports.some((port) => asked(host.address, port));
}

/** Fields that only a port that is asked what it is can tell. */
const SAID_BY_PORTS = new Set(["product", "version", "ssh", "issuer"]);

function isLoss({ tells }: Label): boolean {
  return tells.includes("host-disappeared") || tells.includes("port-closed");
}

interface Around {
  readonly scan: WorldScan;
  readonly world: World;
  readonly labels: readonly LabelState[];
}

function alertOf(
  step: HeardStep,
  subject: Subject,
  around: Around & { readonly trace: ReturnType<typeof createTracer> },
): AlertRecord {
  const { scan, world } = around;
  const matched = around.labels.flatMap((state) => {
    const match = matchOf(state.label, { subject, n: scan.n }, world);
    return match === null ? [] : [{ state, match }];
  });
  for (const { state, match } of matched) {
    state.alerts += 1;
    if (match === "tells") state.told ??= toldBy(step, state, scan);
  }
  const { anomaly } = step;
  const happening = around.trace(subject, scan.n);
  return {
    n: scan.n,
    day: Math.floor(scan.n / world.scansPerDay) + 1,
    id: anomaly.id,
    kind: anomaly.kind,
    transition: step.transition,
    addresses: subject.addresses,
    port: subject.port,
    from: anomaly.from,
    to: anomaly.to,
    score: anomaly.score.value,
    parts: partsText(step),
    labels: matched.filter(({ state }) => !state.label.benign).map(({ state }) => state.label.id),
    origin: happening?.cause ?? "noise",
    twin: matched.some(({ state }) => state.label.benign),
    announced: matched.some(({ state }) => state.label.announced) || isAnnounced(subject, scan.n, world),
    fault: scan.fault,
  };
}

function judgedOf(subject: Subject, { scan, world, labels }: Around): Pick<Weighed, "tells" | "excused"> {
  const matches = labels
    .filter(({ label }) => !label.benign)
    .flatMap(({ label }) => {
      const match = matchOf(label, { subject, n: scan.n }, world);
      return match === null ? [] : [{ label, match }];
    });
  const tells = matches.filter(({ match }) => match === "tells").map(({ label }) => label.id);
  return { tells, excused: matches.length > 0 };
}

function toldBy({ anomaly }: HeardStep, { label, asks }: LabelState, scan: WorldScan): LabelRecord["told"] {
  const delay = Math.max(0, asks - 1);
  return {
    n: scan.n,
    kind: anomaly.kind,
    at: scan.start,
    right: isRight(anomaly, label),
    shown: `${JSON.stringify(anomaly.before)} → ${JSON.stringify(anomaly.after)}`,
    delay,
  };
}

function noteUnheard({ anomaly }: HeardStep, subject: Subject, { scan, world, labels }: Around): void {
  for (const state of labels) {
    if (matchOf(state.label, { subject, n: scan.n }, world) !== "tells") continue;
    const score = anomaly.score.value;
    if (state.best !== null && state.best.score >= score) continue;
    const parts = anomaly.score.parts.map(({ name, points }) => `${name} ${points}`).join(", ");
    state.best = { score, text: `${anomaly.kind} ${score} (${parts})` };
  }
}

function partsText({ anomaly }: HeardStep): string {
  const bits = anomaly.score.bits === null ? "" : ` (${anomaly.score.bits.toFixed(1)} bits)`;
  return anomaly.score.parts
    .filter(({ points }) => points !== 0)
    .map(({ name, points }) => `${name} ${points}${name === "rarity" ? bits : ""}`)
    .join(", ");
}

function isAnnounced(subject: Subject, n: number, { announcements }: World): boolean {
  return announcements.some(
    ({ address, ports, from, until }) =>
      from <= n &&
      n <= until &&
      subject.addresses.includes(address) &&
      (subject.port === null || ports.length === 0 || ports.includes(subject.port)),
  );
}
