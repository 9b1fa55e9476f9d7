import { describe, expect, it } from "vitest";
import { forget, isSameDeclared, type LookProgress, progressOf } from "../../../src/declared/compare/look-progress.ts";
import { formerLooks, type LookedAt } from "../../../src/declared/compare/first-look.ts";
import { firstLookNotice, firstLooksAt } from "../../../src/declared/compare/summary.ts";
import type {
  Declaration,
  DeclaredSource,
  DeclaredState,
  EvaluatedState,
  FirstLook,
} from "../../../src/domain/declaration.ts";
import type { PortSpec } from "../../support/nmap-xml.ts";
import { compare, type Compared, HEAD } from "./compare.ts";

const http = (port: number): PortSpec => ({ port, service: { name: "http", product: "nginx", version: "1" } });
const ROW = `${HEAD}10.0.0.5,22,tcp,\n10.0.0.5,443,tcp,\n`;
const HOST: LookedAt = { address: "10.0.0.5", names: [], measured: true, covered: true, firstAsked: false };

const LOOK: FirstLook = { looks: 0, compared: [], unmeasured: [], missing: [], told: [] };

interface Cycle {
  readonly scan?: "complete" | "incomplete" | "aside";
  readonly degraded?: boolean;
  readonly host?: Partial<LookedAt>;
  readonly now?: DeclaredState;
}

function look({ state, report }: Compared, before: EvaluatedState | null, cycle: Cycle = {}): LookProgress {
  const host = { ...HOST, ...cycle.host };
  return progressOf({
    now: cycle.now ?? state,
    before,
    former: formerLooks(before),
    report: { ...report, incomplete: (cycle.now ?? state).sources.some((one) => one.state === "unreadable") },
    hosts: new Map([[host.address, host]]),
    scan: cycle.scan ?? "complete",
    degraded: cycle.degraded ?? false,
  });
}

const summed = ({ summaries }: LookProgress) => summaries.map(({ file, findings }) => `${file} ${findings.length}`);

describe("how far a first look has come", () => {
  it.each<[string, Cycle, readonly string[], object | null]>([
    ["a complete scan ends it", {}, ["inv.csv 2"], { missing: ["10.0.0.5 tcp/443"] }],
    [
      "a scan of a part only is remembered, and counts as no look",
      { scan: "aside" },
      [],
      { looks: 0, compared: [{ file: "inv.csv", hosts: ["10.0.0.5"] }] },
    ],
    ["a partial scan does not", { scan: "incomplete" }, [], { looks: 1 }],
    ["a degraded one does not, and concludes nothing absent", { degraded: true }, [], { looks: 1, missing: [] }],
    [
      "a host that was not measured is left over",
      { host: { measured: false } },
      ["inv.csv 2"],
      { unmeasured: [{ file: "inv.csv", hosts: ["10.0.0.5"] }] },
    ],
  ])("%s", async (_, cycle, summaries, firstLook) => {
    const found = look(await compare(ROW, [http(22), http(80)]), null, cycle);
    expect(summed(found)).toEqual(summaries);
    expect(found.keep?.firstLook).toMatchObject(firstLook ?? {});
  });

  it("is over with the third scan, complete or not", async () => {
    const compared = await compare(ROW, [http(22), http(80)]);
    let before: EvaluatedState | null = null;
    const told = [];
    for (let i = 0; i < 4; i++) {
      const found = look(compared, before, { scan: "incomplete" });
      before = found.keep ?? before;
      told.push(summed(found));
    }
    expect(told).toEqual([[], [], ["inv.csv 2"], []]);
    expect(before?.sources).toEqual(compared.state.sources);
  });

  it("is not begun by a partial scan that has nothing new to compare: then nothing is kept", async () => {
    const compared = await compare(`${HEAD}10.0.0.5,22,tcp,\n`, [http(22), http(80)]);
    const { keep } = look(compared, null);
    expect(look(compared, keep, { scan: "incomplete" })).toEqual({ keep: null, summaries: [] });
  });

  it("an endpoint that was seen open since is missing no more", async () => {
    const { keep } = look(await compare(ROW, [http(22)]), null);
    expect(keep?.firstLook?.missing).toEqual(["10.0.0.5 tcp/443"]);
    const open = await compare(ROW, [http(22), http(443)]);
    expect(look(open, keep, { host: { covered: false } }).keep?.firstLook?.missing).toEqual(["10.0.0.5 tcp/443"]);
    expect(look(open, keep).keep?.firstLook).toBeUndefined();
  });

  it("a network that was asked for the first time is looked at for the first time", async () => {
    const compared = await compare(ROW, [http(22), http(80)]);
    const { keep } = look(compared, null);
    expect(summed(look(compared, keep))).toEqual([]);
    expect(summed(look(compared, keep, { host: { firstAsked: true } }))).toEqual(["inv.csv 2"]);
  });

  it("what is declared no more is forgotten once", async () => {
    const { keep } = look(await compare(ROW, [http(22)]), null);
    expect(forget(keep)).toEqual({ declarations: [], sources: [] });
    expect(forget(forget(keep))).toBeNull();
    expect(forget(null)).toBeNull();
  });
});

describe("what a look that is not complete leaves behind", () => {
  const OPEN: DeclaredSource = {
    file: "b.csv",
    tool: "inventory",
    state: "unreadable",
    entries: 0,
    digest: null,
    readAt: null,
    completeFor: [],
    notes: [],
  };
  const withOpen = ({ state }: Compared): DeclaredState => ({ ...state, sources: [...state.sources, OPEN] });

  it("a source that cannot be read: nothing counts as compared until the look is over, then what was is kept", async () => {
    const compared = await compare(ROW, [http(22), http(80)]);
    const now = withOpen(compared);
    let before: EvaluatedState | null = null;
    const kept = [];
    for (let i = 0; i < 3; i++) {
      const found = look(compared, before, { now });
      before = found.keep ?? before;
      kept.push([
        before?.sources.length,
        before?.firstLook?.looks,
        before?.firstLook?.compared,
        before?.firstLook?.told,
      ]);
    }
    const told = [{ file: "b.csv", state: "unreadable" }];
    expect(kept).toEqual([
      [0, 1, [], told],
      [0, 2, [], told],
      [2, 0, [], []],
    ]);
    const again = look(compared, before, {
      now: { ...now, sources: [...compared.state.sources, { ...OPEN, state: "read" }] },
    });
    expect(again.keep?.firstLook).toMatchObject({ compared: [], missing: ["10.0.0.5 tcp/443"] });
  });

  it("only sources that are not as they should be were told: stale ones too, good ones not", async () => {
    const compared = await compare(ROW, [http(22)]);
    const sources = [...compared.state.sources, { ...OPEN, file: "c.csv", state: "stale" as const }];
    const { keep } = look(compared, null, { scan: "incomplete", now: { ...compared.state, sources } });
    expect(keep?.firstLook?.told).toEqual([{ file: "c.csv", state: "stale" }]);
  });

  it("scans of a part only never end a first look, however many there are", async () => {
    const compared = await compare(ROW, [http(22), http(80)]);
    let before: EvaluatedState | null = null;
    for (let i = 0; i < 5; i++) {
      const found = look(compared, before, { scan: i < 2 ? "incomplete" : "aside" });
      before = found.keep ?? before;
      expect(summed(found)).toEqual([]);
    }
    expect(before?.firstLook?.looks).toBe(2);
  });

  it("a host that was left over is looked at as soon as it is measured, for that file only", async () => {
    const compared = await compare(ROW, [http(22), http(80)]);
    const { keep } = look(compared, null, { host: { measured: false } });
    const left = { file: "x.csv", hosts: ["10.0.0.5", "10.0.0.6"] };
    const before: EvaluatedState = { ...(keep ?? compared.state), firstLook: { ...LOOK, unmeasured: [left] } };
    const reached = look(compared, before, { scan: "incomplete" });
    expect(reached.keep?.firstLook?.unmeasured).toEqual([{ file: "x.csv", hosts: ["10.0.0.6"] }]);
    expect(look(compared, before, { scan: "incomplete", host: { measured: false } }).keep).toBeNull();
  });

  it("what was compared early is dropped once everything is as it was evaluated", async () => {
    const compared = await compare(`${HEAD}10.0.0.5,22,tcp,\n`, [http(22)]);
    const early = { ...LOOK, compared: [{ file: "x.csv", hosts: ["10.0.0.5"] }] };
    const same = look(compared, { ...compared.state, firstLook: early }, { scan: "incomplete" });
    expect(same.keep).toEqual(compared.state);
  });

  it.each<[string, (source: DeclaredSource) => Partial<DeclaredSource>, boolean]>([
    ["nothing changed", () => ({}), true],
    ["when it was read does not matter", () => ({ readAt: 99, notes: ["a note"], entries: 7 }), true],
    ["its text changed", () => ({ digest: "other" }), false],
    ["its scope was widened", () => ({ completeFor: ["10.0.0.0/24"] }), false],
    ["it became stale", () => ({ state: "stale" }), false],
    ["it was renamed", () => ({ file: "c.csv" }), false],
  ])("what is declared is the same: %s", async (_, change, expected) => {
    const { state } = await compare(ROW, []);
    const now = { ...state, sources: state.sources.map((one) => ({ ...one, ...change(one) })) };
    expect(isSameDeclared(now, state)).toBe(expected);
    expect(isSameDeclared(now, null)).toBe(false);
  });
});

describe("which source tells what a first look found", () => {
  it("of several that declare it the new one, and each tells its own", async () => {
    const compared = await compare(ROW, [http(22)]);
    const sources = ["inv.csv", "new.csv"].map((file) => ({ ...compared.state.sources[0], file }) as DeclaredSource);
    const both = compared.state.declarations.map((one) => ({
      ...one,
      sources: sources.map(({ file }) => ({ ...one.sources[0], file }) as Declaration["sources"][number]),
    }));
    const findings = compared.report.findings.map((one) => ({ ...one, declaration: both[0] ?? null }));
    const now = { declarations: both, sources };
    const report = { ...compared.report, findings };
    const host = new Map([[HOST.address, HOST]]);
    const at = (before: EvaluatedState | null) =>
      firstLooksAt({ now, report, hosts: host, former: formerLooks(before) }).map(({ file }) => file);
    expect(at(null)).toEqual(["inv.csv"]);
    const early = { ...LOOK, compared: [{ file: "inv.csv", hosts: [HOST.address] }] };
    expect(at({ declarations: [], sources: [], firstLook: early })).toEqual(["new.csv"]);
    expect(firstLooksAt({ now, report, hosts: new Map(), former: formerLooks(null) })).toEqual([]);
  });
});

describe("the summary of a first look", () => {
  it("counts, names the kinds, and keeps a long path readable", async () => {
    const { report } = await compare(ROW, [http(22), http(80), http(81)]);
    const file = `${"deep/".repeat(60)}inventory.csv`;
    const notice = firstLookNotice({ file, findings: report.findings, lacksSource: true });
    expect(notice).toMatchObject({
      kind: "declaration-evaluated",
      subject: file,
      findings: { total: 3, hosts: 1, critical: 0, high: 2, medium: 1, low: 0 },
    });
    expect(notice.message).toMatch(
      /^First look at ….*\/inventory\.csv: 3 findings on 1 host; tripline drift lists them\.$/,
    );
    expect(notice.message.length).toBeLessThan(256);
    expect(notice.reason).toContain("2 undeclared ports (high), 1 closed endpoint (medium), on 1 host.");
    expect(notice.reason).toContain("a source is probably missing.");
  });

  it.each([
    [96, true],
    [97, false],
  ])("a path of %i characters stands there whole: %s", async (length, whole) => {
    const { report } = await compare(ROW, [http(22)]);
    const file = "x".repeat(length);
    const { message, subject } = firstLookNotice({ file, findings: report.findings, lacksSource: false });
    expect(message.includes(file)).toBe(whole);
    expect(subject).toBe(file);
  });
});
