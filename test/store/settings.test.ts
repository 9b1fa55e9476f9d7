import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import {
  applyReadSettings,
  applyWriteSettings,
  assertSynchronous,
  connect,
  pragma,
  sqliteVersion,
  tooOldSqlite,
} from "../../src/store/settings.ts";
import { tempDir } from "../support/temp-dir.ts";

describe("the version of SQLite", () => {
  it.each([
    ["3.51.3", true],
    ["3.51.4", true],
    ["3.51.10", true],
    ["3.52.0", true],
    ["3.100.0", true],
    ["4.0.0", true],
    ["3.51.2", false],
    ["3.51", false],
    ["3.50.9", false],
    ["3.9.99", false],
    ["2.99.99", false],
  ])("%s is new enough: %s", (version, good) => {
    expect(tooOldSqlite(version)).toBe(good ? null : version);
  });

  it("of this machine is", () => {
    expect(tooOldSqlite(sqliteVersion())).toBeNull();
  });
});

function at(access: "read" | "write", path = join(tempDir(), "a.db")) {
  const connection = connect(path, access);
  return { connection, path };
}

describe("the settings of a connection", () => {
  it.each([
    ["the log is written ahead", "journal_mode", "wal"],
    ["every commit is flushed", "synchronous", 2],
    ["rows that belong together go together", "foreign_keys", 1],
    ["nothing is spilt to disk", "temp_store", 2],
    ["no text of a schema is trusted", "trusted_schema", 0],
    ["the file has its bound, in whole pages", "max_page_count", 2],
    ["a log that grew is cut again", "journal_size_limit", 67_108_864],
  ])("%s", (_, name, expected) => {
    const { connection } = at("write");
    applyWriteSettings(connection, 3 * 4096 - 1);
    expect(pragma(connection, name)).toBe(expected);
    connection.close();
  });

  it("a bound below one page is one page, so that the file can be opened to be read", () => {
    const { connection } = at("write");
    applyWriteSettings(connection, 1);
    expect(pragma(connection, "max_page_count")).toBe(1);
    connection.close();
  });

  it("what must be flushed is asserted, not believed", () => {
    const { connection } = at("write");
    applyWriteSettings(connection, 1e6);
    expect(() => assertSynchronous(connection)).not.toThrow();
    connection.exec("PRAGMA synchronous = NORMAL");
    expect(() => assertSynchronous(connection)).toThrow("synchronous 1");
    connection.close();
  });

  it("a database in memory has no log: it is refused for writing", () => {
    const memory = new DatabaseSync(":memory:");
    expect(() => applyWriteSettings(memory, 1e6)).toThrow("journal_mode memory");
    memory.close();
  });

  it("a reader cannot write, and nobody turns names into texts by quotes", () => {
    const { connection, path } = at("write");
    connection.exec("CREATE TABLE t (a)");
    expect(() => connection.exec('SELECT "no such column" FROM t')).toThrow("no such column");
    connection.close();
    const reader = at("read", path).connection;
    applyReadSettings(reader);
    expect(() => reader.exec("INSERT INTO t VALUES (1)")).toThrow("readonly");
    reader.close();
  });
});
