import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { HostSpec } from "../support/nmap-xml.ts";
import { openState } from "../support/runtime.ts";
import { auditOf, host, office, type Office, WHY } from "./support/people.ts";

const A = "10.0.0.5";
const QUIET = [host(A, 22), host("10.0.0.6", 22, 80)];
const NEWS = [host(A, 22, 4444), host("10.0.0.6", 22, 80)];

const FIRST_MS = 1_763_629_200_000;
/** Half an hour for each scan of an office; a scan lasts a minute. */
const at = (n: number) => new Date(FIRST_MS + n * 1_800_000).toISOString();
const period = (from: number, to: number) => ["baseline", "learn", "--from", at(from - 0.1), "--to", at(to + 0.1)];

const versioned = (version: string): HostSpec => ({
  address: A,
  ports: [{ port: 22, service: { name: "ssh", product: "OpenSSH", version } }],
});

const openKinds = async (of: Office) => (await of.json("anomalies", "list")).map((one: { kind: string }) => one.kind);
const baselineOf = async ({ directory }: Office) => {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const baseline = await opened.value.cycles.loadBaseline("office");
  opened.value.close();
  return baseline;
};

/** With safe periods that no scan met. */
function neverSafe({ directory }: Pick<Office, "directory">, scans: number): void {
  writeFileSync(
    join(directory, "tripline.yaml"),
    `segment: office\ntargets: [10.0.0.0/24]\nports: [22]
baseline: { learn: { scans: ${scans}, at_least: 0s, safe: ["Sun 00:00-00:01"] } }\n`,
  );
}

describe("baseline learn --from --to", () => {
  it("without --yes says what it would change, and changes nothing", async () => {
    const of = await office(QUIET, NEWS, NEWS);
    const before = await baselineOf(of);
    const { code, out } = await of.tripline(...period(1, 2));
    expect(code).toBe(0);
    expect(out).toContain("2 scans from 2025-11-20T09:27:00.000Z to 2025-11-20T10:03:00.000Z");
    expect(out).toMatch(/port-opened +10\.0\.0\.5:4444\/tcp/);
    expect(out).toContain("would accept 1 anomaly; would learn: 1 known host, 0 new hosts");
    expect(out).toContain("Nothing was changed. Add --yes, --reason and --by to do it.");
    expect(await openKinds(of)).toEqual(["port-opened"]);
    expect(await baselineOf(of)).toEqual(before);
    expect(await auditOf(of)).toEqual([]);
  });

  it("accepts what the period shows, with the reason, in the audit, and it is normal from then on", async () => {
    const of = await office(QUIET, NEWS, NEWS);
    const found = await of.json(...period(1, 2), "--yes", ...WHY);
    expect(found).toMatchObject({ done: true, scans: 2, counted: 0, leftOut: 0, hosts: { changed: 1, added: 0 } });
    expect(await openKinds(of)).toEqual([]);
    expect(await auditOf(of)).toMatchObject([
      {
        kind: "period-learned",
        object: "2025-11-20T09:27:00.000Z to 2025-11-20T10:03:00.000Z",
        by: "m.analyst",
        reason: "CHG-4711",
      },
      { kind: "anomaly-accepted", by: "m.analyst", reason: "CHG-4711", anomalyId: found.matched[0].id },
    ]);
    await of.scan(NEWS);
    expect(await openKinds(of)).toEqual([]);
    await of.scan(QUIET, QUIET);
    expect(await openKinds(of)).toEqual(["port-closed"]);
  });

  it("each accept of it can be taken back as any other", async () => {
    const of = await office(QUIET, NEWS, NEWS);
    const { matched } = await of.json(...period(1, 2), "--yes", ...WHY);
    const undone = await of.tripline("baseline", "accept", "--undo", matched[0].id, ...WHY);
    expect(undone).toMatchObject({ code: 0, err: "" });
    await of.scan(NEWS);
    expect(await openKinds(of)).toEqual(["port-opened"]);
  });

  it.each<[string, readonly HostSpec[], readonly HostSpec[], string]>([
    ["a port that closed", QUIET, [host(A, 22), host("10.0.0.6", 22)], "port-closed"],
    ["a stranger", QUIET, [...QUIET, host("10.0.0.9", 22)], "host-appeared"],
    ["another version", [versioned("9.2")], [versioned("8.1")], "version-downgraded"],
  ])("makes %s normal", async (_, before, after, kind) => {
    const of = await office(before, after, after, after);
    expect(await openKinds(of)).toEqual([kind]);
    await of.tripline(...period(1, 3), "--yes", ...WHY);
    expect(await openKinds(of)).toEqual([]);
    await of.scan(after, after);
    expect(await openKinds(of)).toEqual([]);
  });

  it("leaves what its scans do not show", async () => {
    const of = await office(QUIET, QUIET, NEWS);
    expect(await of.json(...period(0, 1), "--yes", ...WHY)).toMatchObject({ matched: [] });
    expect(await openKinds(of)).toEqual(["port-opened"]);
  });

  it("does not report what is over by now", async () => {
    const of = await office(QUIET, NEWS, QUIET, QUIET, QUIET);
    await of.tripline(...period(1, 1), "--yes", ...WHY);
    await of.scan(QUIET, QUIET);
    expect(await openKinds(of)).toEqual([]);
  });

  it("leaves out degraded and failed scans, and counts them", async () => {
    const many = Array.from({ length: 12 }, (_, i) => host(`10.0.0.${i + 1}`, 22));
    const of = await office(many, many, many.slice(0, 1), many);
    const found = await of.json(...period(1, 3));
    expect(found).toMatchObject({ scans: 2, leftOut: 1 });
    expect((await of.tripline(...period(2, 2))).err).toContain("1 of it cannot be used");
  });
});

describe("a period before the first safe scan", () => {
  it("is learned as if it had been safe: hosts, ports and maturity", async () => {
    const of = await office();
    neverSafe(of, 2);
    await of.scan(NEWS, NEWS, NEWS);
    expect(await baselineOf(of)).toMatchObject({ scans: 0, hosts: new Map() });
    expect((await of.tripline("status")).out).toContain("only scans in Sun 00:00-00:01 teach something new");
    const found = await of.json(...period(0, 2), "--yes", ...WHY);
    expect(found).toMatchObject({ scans: 3, counted: 3, hosts: { changed: 0, added: 2 } });
    const { scans, hosts } = await baselineOf(of);
    expect(scans).toBe(3);
    expect([...hosts.values()].map(({ reference, covered }) => [reference, covered])).toEqual([
      ["known", 3],
      ["known", 3],
    ]);
    await of.scan([host(A, 22, 4444, 5555), host("10.0.0.6", 22, 80)]);
    expect((await of.json("anomalies", "list")).map((one: { port: { number: number } }) => one.port.number)).toEqual([
      5555,
    ]);
  });

  it("counts once, however often it is learned", async () => {
    const of = await office();
    neverSafe(of, 20);
    await of.scan(QUIET, QUIET, NEWS);
    await of.tripline(...period(0, 1), "--yes", ...WHY);
    const again = await of.json(...period(0, 2), "--yes", ...WHY);
    expect(again).toMatchObject({ scans: 3, counted: 1 });
    const { scans, hosts } = await baselineOf(of);
    expect(scans).toBe(3);
    const ports = [...hosts.values()].find(({ address }) => address === A)?.ports;
    expect(ports?.get("tcp/4444")?.reference).toBe("open");
  });
});

describe("a period that cannot be learned is refused", () => {
  it.each([
    ["without scans", period(10, 12), "no scan lies as a whole between", "TL486"],
    ["that holds no whole scan", ["baseline", "learn", "--from", at(0), "--to", at(0.01)], "no scan lies", "TL486"],
    ["in the future", ["baseline", "learn", "--from", at(0), "--to", "2999-01-01"], "is in the future", "TL486"],
    ["without an end", ["baseline", "learn", "--from", at(0)], "needs both --from and --to", ""],
    ["that ends before it begins", ["baseline", "learn", "--from", at(2), "--to", at(1)], "is not before --to", ""],
    ["that is no time", ["baseline", "learn", "--from", "yesterday", "--to", at(1)], 'got "yesterday"', ""],
    ["on no day", ["baseline", "learn", "--from", "2026-02-31", "--to", at(1)], 'got "2026-02-31"', ""],
    ["without a reason", [...period(0, 1), "--yes", "--by", "soc"], "needs --reason and --by", ""],
  ])("%s", async (_, words, says, code) => {
    const of = await office(QUIET, NEWS);
    const ran = await of.tripline(...words);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(says);
    expect(ran.err).toContain(code);
    expect(await auditOf(of)).toEqual([]);
  });

  it("whose scans are no longer in the archive", async () => {
    const of = await office(QUIET, NEWS, NEWS);
    const opened = openState(join(of.directory, ".tripline"), "write");
    if (!opened.ok) throw new Error(opened.error.what);
    const cycles = await opened.value.history.cycles("office", 10);
    await opened.value.keeping.forgetFacts(cycles.slice(1).map(({ id }) => id));
    opened.value.close();
    const ran = await of.tripline(...period(0, 2), "--yes", ...WHY);
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.err).toContain("2 of the scans in this period are older than the archive");
    expect(ran.err).toContain(`the oldest kept scan began at 2025-11-20T10:00:00.000Z (TL487)`);
  });
});
