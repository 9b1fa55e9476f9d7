import { describe, expect, it } from "vitest";
import type { Mute } from "../../src/domain/anomaly.ts";
import type { AuditEntry } from "../../src/domain/event.ts";
import { AUDIT_KINDS } from "../../src/domain/kinds/audit.ts";
import { inside } from "./support/dump.ts";
import { anomaly, audit, event, mute, operatorCommit } from "./support/samples.ts";
import { newStore, NOW, opened } from "./support/temp-store.ts";

function acceptancesIn(directory: string) {
  return inside(directory, (database) => database.prepare("SELECT * FROM acceptance ORDER BY at, audit_id").all());
}

/** Commits these audit entries one after the other. */
async function audited(...entries: readonly AuditEntry[]) {
  const store = newStore();
  for (const entry of entries) await store.cycles.commitOperator(operatorCommit(entry.id, { audit: entry }));
  return store;
}

const ACCEPTS: ReadonlySet<string> = new Set(["anomaly-accepted", "baseline-accepted"]);

describe("an acceptance", () => {
  it.each(AUDIT_KINDS)("is what %s leaves, if that is one, and its audit entry in any case", async (kind) => {
    const store = await audited(audit("a1", { kind }));
    expect(acceptancesIn(store.directory)).toHaveLength(ACCEPTS.has(kind) ? 1 : 0);
    expect(await store.history.audit(9)).toEqual([audit("a1", { kind })]);
  });

  it.each<[string, Partial<AuditEntry>, object]>([
    [
      "of an anomaly for good",
      { kind: "anomaly-accepted", object: "10.0.0.1 tcp/4444", anomalyId: "x1" },
      { object: "10.0.0.1 tcp/4444", anomaly_id: "x1", until: null },
    ],
    [
      "of an anomaly for a while",
      { kind: "anomaly-accepted", anomalyId: "x1", until: NOW + 9 },
      { object: "tcp/4444", anomaly_id: "x1", until: NOW + 9 },
    ],
    [
      "of the present state, of no anomaly",
      { kind: "baseline-accepted", object: "10.0.0.0/24" },
      { object: "10.0.0.0/24", anomaly_id: null, until: null },
    ],
  ])("%s names its object, its end and its moment", async (_, more, expected) => {
    const store = await audited(audit("a1", { at: NOW + 5, ...more }));
    expect(acceptancesIn(store.directory)).toEqual([{ audit_id: "a1", at: NOW + 5, ...expected }]);
  });

  it("again is another one: the first stays as it was", async () => {
    const first = audit("a1", { kind: "anomaly-accepted", anomalyId: "x1", until: NOW + 9 });
    const second = audit("a2", { kind: "anomaly-accepted", anomalyId: "x1", at: NOW + 10 });
    const store = await audited(first, second);
    expect(acceptancesIn(store.directory).map((row) => [row["audit_id"], row["until"]])).toEqual([
      ["a1", NOW + 9],
      ["a2", null],
    ]);
  });

  it("without its audit entry cannot be", async () => {
    const store = await audited();
    inside(store.directory, (database) => {
      database.exec("PRAGMA foreign_keys = ON");
      const alone = "INSERT INTO acceptance (audit_id, object, at) VALUES ('nobody', 'x', 1)";
      expect(() => database.exec(alone)).toThrow("FOREIGN KEY");
    });
  });
});

describe("the audit", () => {
  it.each<[string, Partial<AuditEntry>]>([
    ["who asked through the socket, as the system proved it", { via: "control", uid: 1000 }],
    ["root, whose number is 0", { via: "control", uid: 0 }],
    ["what was before and after", { before: '{"a":1}', after: '{"a":2}' }],
    ["text that looks like anything else", { reason: "'); DROP TABLE audit; --", by: 'a "b" \n\u0000 \u{1f41f}' }],
    ["an empty reason", { reason: "" }],
    ["the end of a mute, far away", { until: 8_640_000_000_000_000 }],
  ])("keeps %s", async (_, more) => {
    const store = await audited(audit("a1", more));
    expect(await store.history.audit(1)).toEqual([audit("a1", more)]);
    store.close();
    expect(await opened(store.directory, { access: "read" }).history.audit(1)).toEqual([audit("a1", more)]);
  });

  it("is listed newest first by the order of commits, whatever the clock said", async () => {
    const entries = [NOW, NOW - 99, NOW + 5, NOW].map((at, i) => audit(`a${i}`, { at }));
    const store = await audited(...entries);
    expect((await store.history.audit(9)).map(({ id }) => id)).toEqual(["a3", "a2", "a1", "a0"]);
    expect((await store.history.audit(2)).map(({ id }) => id)).toEqual(["a3", "a2"]);
    expect(await store.history.audit(0)).toEqual([]);
  });

  it("takes an id once: a second action of that id is not done, and nothing of it stays", async () => {
    const store = await audited(audit("a1", { kind: "anomaly-accepted" }));
    const again = operatorCommit("a1", {
      audit: audit("a1", { kind: "baseline-accepted", reason: "again" }),
      addMutes: [mute("m1")],
      anomalies: [anomaly("x1")],
      events: [event("e1")],
    });
    await expect(store.cycles.commitOperator(again)).rejects.toThrow("UNIQUE");
    expect(await store.history.audit(9)).toEqual([audit("a1", { kind: "anomaly-accepted" })]);
    expect(acceptancesIn(store.directory)).toHaveLength(1);
    expect(await store.cycles.loadMutes()).toEqual([]);
    expect(await store.history.anomaly("x1")).toBeNull();
    expect((await store.outbox.status()).rows).toBe(0);
  });

  it("names the entry that cannot be read, and only where it is looked at", async () => {
    const store = await audited(audit("a1"), audit("a2"));
    inside(store.directory, (database) =>
      database.exec("DROP TRIGGER audit_is_append_only_update; UPDATE audit SET body = '{' WHERE id = 'a1'"),
    );
    await expect(store.history.audit(9)).rejects.toMatchObject({
      kind: "damaged",
      message: expect.stringMatching(/a1.*audit/),
    });
    expect(await store.history.audit(1)).toEqual([audit("a2")]);
  });

  it("refuses an entry that could not be read back, before anything is written", async () => {
    const store = newStore();
    const wrong = audit("a1", { kind: "not-a-kind" as AuditEntry["kind"] });
    const commit = operatorCommit("a1", { audit: wrong, addMutes: [mute("m1")] });
    await expect(store.cycles.commitOperator(commit)).rejects.toThrow();
    expect(await store.history.audit(9)).toEqual([]);
    expect(await store.cycles.loadMutes()).toEqual([]);
  });
});

describe("mutes", () => {
  it("of the same id replace each other, the others stay", async () => {
    const store = newStore();
    await store.cycles.commitOperator(operatorCommit("a1", { addMutes: [mute("m2"), mute("m1")] }));
    const longer = mute("m1", { until: NOW + 99_000, reason: "takes longer" });
    await store.cycles.commitOperator(operatorCommit("a2", { addMutes: [longer] }));
    expect(await store.cycles.loadMutes()).toEqual([longer, mute("m2")]);
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ["removed and added in one action are there", ["m1"], ["m1"], ["m1", "m2"]],
    ["that nobody knows may be removed", ["m9"], [], ["m1", "m2"]],
    ["may all go at once", ["m1", "m2"], [], []],
    ["may be named twice", ["m1", "m1"], ["m3", "m3"], ["m2", "m3"]],
  ])("%s", async (_, remove, add, left) => {
    const store = newStore();
    await store.cycles.commitOperator(operatorCommit("a1", { addMutes: [mute("m1"), mute("m2")] }));
    const change = { removeMutes: remove, addMutes: add.map((id) => mute(id)) };
    await store.cycles.commitOperator(operatorCommit("a2", change));
    expect((await store.cycles.loadMutes()).map(({ id }) => id)).toEqual(left);
  });

  it("always end: one without an end is refused, and so is its whole action", async () => {
    const store = newStore();
    const forGood = { ...mute("m1"), until: null } as unknown as Mute;
    await expect(store.cycles.commitOperator(operatorCommit("a1", { addMutes: [forGood] }))).rejects.toThrow();
    expect(await store.history.audit(9)).toEqual([]);
  });

  it("name the row that cannot be read", async () => {
    const store = newStore();
    await store.cycles.commitOperator(operatorCommit("a1", { addMutes: [mute("m1")] }));
    inside(store.directory, (database) => database.exec("UPDATE mute SET body = '[]'"));
    await expect(store.cycles.loadMutes()).rejects.toMatchObject({
      kind: "damaged",
      message: expect.stringMatching(/m1.*mute/),
    });
  });
});
