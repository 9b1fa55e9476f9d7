import { describe, expect, it } from "vitest";
import { countVerdicts } from "../../src/domain/verdicts.ts";
import { auditOf, host, office, type Office, WHY } from "./support/people.ts";

const QUIET = [host("10.0.0.5", 22), host("10.0.0.6", 22)];
const NEWS = [host("10.0.0.5", 22, 4444), host("10.0.0.6", 22)];

async function withNews(): Promise<Office & { readonly id: string }> {
  const at = await office(QUIET, NEWS);
  const [found] = await at.json("anomalies", "list");
  return { ...at, id: found.id };
}

describe("anomalies ack", () => {
  it("says who looks at it in list, explain, JSON and audit, and changes nothing else", async () => {
    const at = await withNews();
    const [before] = await at.json("anomalies", "list");
    expect(await at.tripline("anomalies", "ack", at.id.slice(0, 8), "--by", "alice")).toMatchObject({
      code: 0,
      err: "",
    });
    const [after] = await at.json("anomalies", "list");
    const { acknowledged, ...rest } = after;
    expect(acknowledged).toMatchObject({ by: "alice", reason: "looking at it" });
    expect(rest).toEqual(before);
    expect((await at.tripline("anomalies", "list")).out).toContain("(alice looks at it)");
    expect((await at.tripline("explain", at.id)).out).toContain("alice looks at it since");
    expect(await auditOf(at)).toMatchObject([{ kind: "anomaly-acknowledged", by: "alice", anomalyId: at.id }]);
    await at.scan(NEWS);
    expect(await at.json("anomalies", "list")).toMatchObject([{ id: at.id, acknowledged: { by: "alice" } }]);
    await at.tripline("anomalies", "ack", at.id, "--by", "bob");
    expect(await at.json("anomalies", "list")).toMatchObject([{ acknowledged: { by: "bob" } }]);
  });

  it("of one that is over is refused", async () => {
    const at = await withNews();
    await at.tripline("baseline", "accept", at.id, ...WHY);
    expect(await at.tripline("anomalies", "ack", at.id, "--by", "alice")).toMatchObject({
      code: 2,
      err: expect.stringContaining("is accepted: nobody needs to look at it (TL472)"),
    });
  });
});

describe("baseline accept of what is over", () => {
  it("is refused, because it would change nothing", async () => {
    const at = await withNews();
    await at.scan(QUIET, QUIET, QUIET, QUIET);
    expect(await at.tripline("baseline", "accept", at.id, ...WHY)).toMatchObject({
      code: 2,
      err: expect.stringContaining("is resolved: there is nothing left to accept (TL488)"),
    });
    expect(await at.json("anomalies", "list", "--all")).toMatchObject([{ state: "resolved" }]);
    expect(await auditOf(at)).toEqual([]);
  });

  it("makes a stranger that left known", async () => {
    const at = await office(QUIET, [...QUIET, host("10.0.0.9", 22)], QUIET, QUIET, QUIET, QUIET);
    const [left] = await at.json("anomalies", "list", "--all");
    expect(left).toMatchObject({ kind: "host-appeared", state: "resolved" });
    expect(await at.tripline("baseline", "accept", left.id, ...WHY)).toMatchObject({ code: 0 });
    await at.scan([...QUIET, host("10.0.0.9", 22)]);
    expect(await at.json("anomalies", "list")).toEqual([]);
  });
});

describe("anomalies close", () => {
  it("as normal accepts and keeps the verdict", async () => {
    const at = await withNews();
    expect(await at.tripline("anomalies", "close", at.id, "--as", "normal", ...WHY)).toMatchObject({
      code: 0,
      err: "",
    });
    expect(await at.json("anomalies", "list", "--all")).toMatchObject([
      { state: "accepted", verdict: { as: "normal", by: "m.analyst" } },
    ]);
    expect(await auditOf(at)).toMatchObject([
      { kind: "anomaly-accepted", verdict: { as: "normal", kind: "port-opened" } },
    ]);
    await at.scan(NEWS);
    expect(await at.json("anomalies", "list")).toEqual([]);
  });

  it("as real stays quiet while it lasts, ends when it is over, and is news when it comes back", async () => {
    const at = await withNews();
    await at.tripline("anomalies", "close", at.id, "--as", "real", ...WHY);
    await at.scan(NEWS, NEWS);
    expect(await at.json("anomalies", "list")).toEqual([]);
    expect(await at.json("anomalies", "list", "--all")).toMatchObject([{ state: "closed", verdict: { as: "real" } }]);
    await at.scan(QUIET, QUIET, QUIET, QUIET);
    expect(await at.json("anomalies", "list", "--all")).toMatchObject([{ state: "resolved" }]);
    await at.scan(NEWS);
    expect(await at.json("anomalies", "list")).toMatchObject([{ id: at.id, state: "open" }]);
    const [again] = await at.json("anomalies", "list");
    expect(again).not.toHaveProperty("verdict");
  });

  it("of one that is over already only keeps the verdict", async () => {
    const at = await withNews();
    await at.scan(QUIET, QUIET, QUIET, QUIET);
    await at.tripline("anomalies", "close", at.id, "--as", "real", ...WHY);
    expect(await at.json("anomalies", "list", "--all")).toMatchObject([{ state: "resolved", verdict: { as: "real" } }]);
    expect((await at.json("status")).verdicts).toMatchObject([{ kind: "port-opened", real: 1 }]);
  });

  it("is counted in status and taken back by reopen", async () => {
    const at = await withNews();
    await at.tripline("anomalies", "close", at.id, "--as", "real", ...WHY);
    expect((await at.json("status")).verdicts).toEqual([{ kind: "port-opened", normal: 0, real: 1, precision: 1 }]);
    expect((await at.tripline("status")).out).toContain("1 of 1 real in the last 30 days (port-opened 1 of 1)");
    expect(await at.tripline("baseline", "accept", at.id, ...WHY)).toMatchObject({
      code: 2,
      err: expect.stringContaining("was closed as real by m.analyst: it cannot be normal too (TL471)"),
    });
    expect(await at.tripline("anomalies", "close", at.id, "--as", "normal", ...WHY)).toMatchObject({ code: 2 });
    expect(await at.tripline("anomalies", "reopen", at.id, ...WHY)).toMatchObject({ code: 0, err: "" });
    expect(await at.json("anomalies", "list")).toMatchObject([{ id: at.id, state: "open" }]);
    expect((await at.json("status")).verdicts).toEqual([]);
    expect(await at.tripline("anomalies", "reopen", at.id, ...WHY)).toMatchObject({
      code: 2,
      err: expect.stringContaining("(TL473)"),
    });
  });

  it.each([
    { words: ["close", "x", ...WHY], says: "needs --as normal or real" },
    { words: ["close", "x", "--as", "reel", ...WHY], says: 'did you mean "real"?' },
    { words: ["close", "zzzz", "--as", "real", ...WHY], says: "(TL601)" },
    { words: ["ack", "x"], says: "needs --by" },
    { words: ["reopen", "x", "--by", "me"], says: "needs --reason and --by" },
  ])("anomalies $words is refused: $says", async ({ words, says }) => {
    const { tripline } = await office(QUIET);
    expect(await tripline("anomalies", ...words)).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });
});

describe("an accept that is taken back", () => {
  it.each([
    ["baseline", "accept", "--undo"],
    ["anomalies", "reopen"],
  ])("by %s %s restores the reference, and the next scan sees what it saw before", async (...words) => {
    const at = await withNews();
    const before = await at.json("hosts", "10.0.0.5");
    await at.tripline("anomalies", "close", at.id, "--as", "normal", ...WHY);
    expect(await at.json("hosts", "10.0.0.5")).not.toEqual(before);
    expect(await at.tripline(...words, at.id.slice(0, 8), ...WHY)).toMatchObject({ code: 0, err: "" });
    expect(await at.json("hosts", "10.0.0.5")).toEqual(before);
    expect((await auditOf(at)).map(({ kind }) => kind)).toEqual(["anomaly-accepted", "accept-undone"]);
    expect((await at.json("status")).verdicts).toEqual([]);
    await at.scan(NEWS);
    expect(await at.json("anomalies", "list")).toMatchObject([{ id: at.id, state: "open" }]);
    expect(await at.tripline(...words, at.id, ...WHY)).toMatchObject({
      code: 2,
      err: expect.stringContaining("(TL473)"),
    });
  });

  it("after more scans keeps what they learned", async () => {
    const at = await withNews();
    await at.tripline("baseline", "accept", at.id, ...WHY);
    await at.scan(NEWS, NEWS, NEWS);
    const [now] = await at.json("hosts", "10.0.0.5");
    await at.tripline("baseline", "accept", "--undo", at.id, ...WHY);
    const [undone] = await at.json("hosts", "10.0.0.5");
    expect(undone.covered).toBe(now.covered);
    expect(await at.json("anomalies", "list")).toMatchObject([{ id: at.id, state: "open" }]);
  });

  it("is refused when the segment was relearned since, and when there is no id", async () => {
    const at = await withNews();
    await at.tripline("baseline", "accept", at.id, ...WHY);
    await at.tripline("baseline", "learn", ...WHY);
    const refused = await at.tripline("baseline", "accept", "--undo", at.id, ...WHY);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("(TL474)") });
    expect(await at.tripline("baseline", "accept", "--undo", ...WHY)).toMatchObject({
      code: 2,
      err: expect.stringContaining("needs the id of an anomaly"),
    });
  });
});

it("of several verdicts about one anomaly the last counts, and of each kind the share that was real", () => {
  const said = (anomalyId: string, as: "normal" | "real") =>
    ({ kind: "anomaly-closed", anomalyId, verdict: { as, kind: "port-opened" } }) as const;
  const audit = [said("a", "real"), said("a", "normal"), said("b", "real"), said("c", "real")];
  const counted = countVerdicts(audit.map((one) => ({ ...ENTRY, ...one })));
  expect(counted).toEqual([{ kind: "port-opened", normal: 1, real: 2, precision: 2 / 3 }]);
});

const ENTRY = {
  id: "",
  at: 0,
  by: "",
  via: "cli",
  object: "",
  reason: "",
  until: null,
  before: null,
  after: null,
} as const;
