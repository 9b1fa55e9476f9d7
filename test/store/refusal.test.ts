import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as refusals from "../../src/store/refusal.ts";
import { tempDir } from "../support/temp-dir.ts";
import { canBeNobody, givenToNobody, openedAsNobody } from "./support/as-nobody.ts";
import { refused } from "./support/temp-store.ts";

const PAGE = readFileSync("docs/reference/codes.md", "utf8");
const able = canBeNobody();

const ALL: readonly (readonly [name: string, refusal: refusals.StoreRefusal])[] = [
  ["of another owner", refusals.wrongOwner("/d", 1, 2)],
  ["open to others", refusals.tooOpen("/d", 0o755)],
  ["not usable", refusals.notUsable("/d", new Error("EROFS"))],
  ["on a network", refusals.networkFileSystem("/d", "NFS")],
  ["locked", refusals.locked("/d", { pid: 7, since: "2026-01-01T00:00:00.000Z" })],
  ["with an old SQLite", refusals.sqliteTooOld("3.50.0", "3.51.3")],
  ["of a newer version", refusals.madeByNewer("/d/tripline.db", 9, 1)],
  ["of a development version", refusals.madeByDevelopment("/d/tripline.db")],
  ["of another program", refusals.foreignFile("/d/tripline.db")],
  ["not there", refusals.noStoreYet("/d/tripline.db")],
  ["of an older version, for a reader", refusals.notMigratedYet("/d/tripline.db", 1, 2)],
  ["damaged, for a reader", refusals.damagedForReaders("/d/tripline.db", new Error("malformed"))],
  ["without room for a backup", refusals.noRoomForBackup("/d/tripline.db", 10, 3)],
  ["without room", refusals.noRoom("/d", new Error("full"))],
];

describe("every refusal", () => {
  it.each(ALL)("of a store %s has a documented code, an effect and a fix that deletes nothing", (_name, refusal) => {
    expect(PAGE).toContain(`## ${refusal.code} · `);
    const section = PAGE.split(`## ${refusal.code} · `)[1]?.split("\n## ")[0] ?? "";
    expect(section).toMatch(new RegExp(`Exit ${refusal.exit}\\b`));
    for (const text of [refusal.what, refusal.effect, refusal.fix]) expect(text.length).toBeGreaterThan(10);
    expect(refusal.fix).not.toMatch(/delete|remove|rm /i);
  });

  it("has a code of its own", () => {
    expect(new Set(ALL.map(([, { code }]) => code)).size).toBe(ALL.length);
    expect(ALL).toHaveLength(Object.keys(refusals).length);
  });
});

describe("a store that cannot be opened", () => {
  it("for want of room says so", () => {
    expect(refused(tempDir(), { maxSizeBytes: 8192 })).toMatchObject({ code: "TL413", exit: 78 });
  });

  it.skipIf(!able)("because its directory is read-only says so", () => {
    const directory = join(tempDir(), "state");
    mkdirSync(directory, { mode: 0o500 });
    givenToNobody(directory);
    expect(openedAsNobody(directory)).toMatchObject({
      code: "TL403",
      exit: 77,
      fix: expect.stringContaining("writable directory"),
    });
  });
});
