import { describe, expect, it } from "vitest";
import { auditOf, host, office, type Office, WHY } from "./support/people.ts";

/** Two hosts, on each of which a port opened, and a third that disappeared. */
function twoNews(): Promise<Office> {
  const before = [named("10.0.0.5", "nas.example.org", 22), host("10.0.0.6", 22)];
  const after = [named("10.0.0.5", "nas.example.org", 22, 4444), host("10.0.0.6", 22, 80)];
  return office(before, after);
}

function named(address: string, name: string, ...ports: readonly number[]) {
  return { ...host(address, ...ports), names: [name] };
}

type Row = { readonly host: { readonly ip: string } | null };

function addresses(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => row.host?.ip ?? "").toSorted();
}

describe("anomalies list shows only what its filters match", () => {
  it.each([
    { words: [], found: ["10.0.0.5", "10.0.0.6"] },
    { words: ["--host", "10.0.0.5"], found: ["10.0.0.5"] },
    { words: ["--host", "10.0.0.4/31"], found: ["10.0.0.5"] },
    { words: ["--host", "2001:db8::/32"], found: [] },
    { words: ["--host", "NAS.example.org"], found: ["10.0.0.5"] },
    { words: ["--host", "nas"], found: ["10.0.0.5"] },
    { words: ["--host", "na"], found: [] },
    { words: ["--kind", "port-opened"], found: ["10.0.0.5", "10.0.0.6"] },
    { words: ["--kind", "port-closed,host-moved"], found: [] },
    { words: ["--kind", "port-opened", "--host", "10.0.0.6"], found: ["10.0.0.6"] },
    { words: ["--severity", "critical,high,medium,low"], found: ["10.0.0.5", "10.0.0.6"] },
    { words: ["--since", "2025-11-20"], found: ["10.0.0.5", "10.0.0.6"] },
    { words: ["--since", "2025-11-21"], found: [] },
    { words: ["--since", "1h"], found: [] },
    { words: ["--state", "muted,resolved"], found: [] },
    { words: ["--in-state", "muted,resolved"], found: [] },
    { words: ["--in-state", "open", "--state", ".tripline"], found: ["10.0.0.5", "10.0.0.6"] },
    { words: ["--state", "open", "--since", "20000d"], found: ["10.0.0.5", "10.0.0.6"] },
  ])("$words → $found", async ({ words, found }) => {
    const { json } = await twoNews();
    expect(addresses(await json("anomalies", "list", ...words))).toEqual(found);
  });

  it("by severity each one once", async () => {
    const { json } = await twoNews();
    const all: readonly { readonly severity: string }[] = await json("anomalies", "list");
    for (const severity of ["critical", "high", "medium", "low"]) {
      const some: readonly unknown[] = await json("anomalies", "list", "--severity", severity);
      expect(some).toEqual(all.filter((one) => one.severity === severity));
    }
  });

  it.each([
    { words: ["--severity", "hihg"], says: '--severity does not know "hihg"; did you mean "high"?' },
    { words: ["--kind", "port-opend"], says: 'did you mean "port-opened"?' },
    { words: ["--state", "resolvd"], says: 'did you mean "resolved"?' },
    { words: ["--in-state", "closed,"], says: "--in-state does not know" },
    { words: ["--host", "10.0.0.999"], says: '--host takes an address, a network or a name, got "10.0.0.999"' },
    { words: ["--host", "10.0.0.0/33"], says: 'got "10.0.0.0/33"' },
    { words: ["--host", "::ffff:10.0.0.5"], says: "write 10.0.0.5" },
    {
      words: ["--since", "yesterday"],
      says: '--since takes a duration like 24h or a date like 2027-03-01, got "yesterday"',
    },
    { words: ["--all", "--state", "open"], says: "--all and --state exclude each other" },
  ])("$words is refused: $says", async ({ words, says }) => {
    const { tripline } = await office();
    expect(await tripline("anomalies", "list", ...words)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining(says),
    });
  });
});

describe("what is done to many anomalies", () => {
  it("is only shown without --yes, and nothing is written", async () => {
    const at = await twoNews();
    const shown = await at.tripline("anomalies", "accept", "--kind", "port-opened");
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(shown.out).toContain("10.0.0.5:4444/tcp");
    expect(shown.out).toContain("2 anomalies match; nothing was changed. Add --yes, --reason and --by to accept them.");
    expect(await at.json("anomalies", "list")).toHaveLength(2);
    expect(await auditOf(at)).toEqual([]);
  });

  it.each([["anomalies"], ["baseline"]])(
    "tripline %s accept accepts all of them and says so of each",
    async (group) => {
      const at = await twoNews();
      expect(await at.json(group, "accept", "--kind", "port-opened", "--yes", ...WHY)).toMatchObject({
        done: true,
        matched: [{ state: "open" }, { state: "open" }],
      });
      expect(await at.json("anomalies", "list")).toEqual([]);
      expect(await at.json("anomalies", "list", "--state", "accepted")).toHaveLength(2);
      const audit = await auditOf(at);
      expect(audit.map(({ kind, by, after }) => [kind, by, after])).toEqual([
        ["anomaly-accepted", "m.analyst", "accepted"],
        ["anomaly-accepted", "m.analyst", "accepted"],
      ]);
      expect(new Set(audit.map((entry) => entry.anomalyId)).size).toBe(2);
      await at.scan([host("10.0.0.5", 22, 4444), host("10.0.0.6", 22, 80)]);
      expect(await at.json("anomalies", "list", "--kind", "port-opened")).toEqual([]);
    },
  );

  it("two accepts on one host keep what each of them made normal", async () => {
    const at = await office([host("10.0.0.5", 22)], [host("10.0.0.5", 22, 80, 4444)]);
    await at.tripline("anomalies", "accept", "--host", "10.0.0.5", "--yes", ...WHY);
    await at.scan([host("10.0.0.5", 22, 80, 4444)]);
    expect(await at.json("anomalies", "list")).toEqual([]);
  });

  it("is muted one by one, and what comes later is not", async () => {
    const at = await twoNews();
    await at.tripline("anomalies", "mute", "--host", "10.0.0.5", "--until", "7d", "--yes", ...WHY);
    expect(addresses(await at.json("anomalies", "list"))).toEqual(["10.0.0.6"]);
    expect(await at.json("mute", "list")).toMatchObject([{ match: { anomaly: expect.any(String) }, by: "m.analyst" }]);
    await at.scan([host("10.0.0.5", 22, 4444, 5555), host("10.0.0.6", 22, 80)]);
    expect(addresses(await at.json("anomalies", "list"))).toContain("10.0.0.5");
  });

  it("is nothing when nothing matches", async () => {
    const at = await twoNews();
    const found = await at.tripline("anomalies", "accept", "--host", "10.0.0.77", "--yes", ...WHY);
    expect(found).toMatchObject({ code: 0, out: "no anomalies match; nothing was changed\n" });
    expect(await auditOf(at)).toEqual([]);
  });

  it("is refused above the limit, whole", async () => {
    const at = await twoNews();
    const refused = await at.tripline("anomalies", "accept", "--kind", "port-opened", "--limit", "1", "--yes", ...WHY);
    expect(refused).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("2 anomalies match, and at most 1"),
    });
    expect(refused.err).toContain("(TL470)");
    expect(await auditOf(at)).toEqual([]);
  });

  it("is refused when the accepts contradict each other, and names them", async () => {
    const at = await office(
      [host("10.0.0.5", 22), host("10.0.0.6", 22)],
      [host("10.0.0.5", 22, 4444), host("10.0.0.6", 22)],
    );
    await at.scan(...Array.from({ length: 6 }, () => [host("10.0.0.6", 22)]));
    const open: readonly { readonly kind: string }[] = await at.json("anomalies", "list", "--host", "10.0.0.5");
    expect(open.map((one) => one.kind).toSorted()).toEqual(["host-disappeared", "port-opened"]);
    const refused = await at.tripline("anomalies", "accept", "--host", "10.0.0.5", "--yes", ...WHY);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("(TL471)") });
    expect(refused.err).toContain("10.0.0.5 is gone");
    expect(await auditOf(at)).toEqual([]);
  });

  it.each([
    { words: ["accept"], says: "needs at least one of --severity, --host, --kind, --since, --state" },
    { words: ["accept", "--host", "10.0.0.5", "--yes"], says: "needs --reason and --by" },
    { words: ["accept", "--state", "resolved"], says: "--state takes open, muted" },
    { words: ["accept", "--host", "a", "--limit", "5000"], says: "--limit is at most 1000" },
    { words: ["mute", "--host", "10.0.0.5"], says: "needs --until" },
    { words: ["mute", "--host", "10.0.0.5", "--until", "2y"], says: "--until" },
  ])("anomalies $words is refused: $says", async ({ words, says }) => {
    const { tripline } = await office();
    expect(await tripline("anomalies", ...words)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });
});
