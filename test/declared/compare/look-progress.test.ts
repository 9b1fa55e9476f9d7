import { describe, expect, it } from "vitest";
import { forget, type LookProgress, progressOf } from "../../../src/declared/compare/look-progress.ts";
import { formerLooks, type LookedAt } from "../../../src/declared/compare/first-look.ts";
import { firstLookNotice } from "../../../src/declared/compare/summary.ts";
import type { DeclaredState, EvaluatedState } from "../../../src/domain/declaration.ts";
import type { PortSpec } from "../../support/nmap-xml.ts";
import { compare, type Compared, HEAD } from "./compare.ts";

const http = (port: number): PortSpec => ({ port, service: { name: "http", product: "nginx", version: "1" } });
const ROW = `${HEAD}10.0.0.5,22,tcp,\n10.0.0.5,443,tcp,\n`;
const HOST: LookedAt = { address: "10.0.0.5", names: [], measured: true, covered: true, firstAsked: false };

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
});
