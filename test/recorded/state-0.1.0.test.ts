import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onFixedMachine } from "../../bench/digest/fixed-machine.ts";
import type { ScanJson } from "../../src/report/json/scan.ts";
import { openStore } from "../../src/store/open.ts";
import { run } from "../cli/command-line.ts";
import { missingFrom } from "../support/additive.ts";
import { COMMANDS } from "../support/old-state/commands.ts";
import { FIXTURE, type Installation, runIn, unpacked } from "../support/old-state/installation.ts";
import { DAY } from "../support/old-state/world.ts";
import { newTempDir, removeChecked, tempDir } from "../support/temp-dir.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** The state as version 0.1.0 left it, in the schema of today's program. */
function upgraded(directory = tempDir()): Installation {
  const place = unpacked(directory, ROOT);
  const opened = openStore({
    directory: join(directory, ".tripline"),
    access: "write",
    now: place.now,
    newId: () => "",
  });
  if (!opened.ok) throw new Error(opened.error.what);
  opened.value.close();
  return place;
}

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
}

const sample = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURE, "cli-json", `${name}.json`), "utf8"));
const OLD = sample("anomalies-list-all") as readonly Listed[];
const ids = new Map(OLD.map(({ id, kind }) => [`{${kind}}`, id]));

async function json(place: Installation, args: readonly string[]): Promise<unknown> {
  place.command(args);
  const words = [...args.map((arg) => ids.get(arg) ?? arg), "--json"];
  const { out, err } = await onFixedMachine(place.now, () => run(words, place.directory));
  if (out === "") throw new Error(`${args.join(" ")} printed nothing\n${err}`);
  return JSON.parse(out);
}

function rowsOf(place: Installation, sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(join(place.directory, ".tripline", "tripline.db"), { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

describe("a state of version 0.1.0, twenty days old", () => {
  it("has what an installation of that age has", () => {
    const place = upgraded();
    const count = (sql: string) => Number(rowsOf(place, sql)[0]?.["n"]);
    expect([...new Set(OLD.map(({ state }) => state))].sort()).toEqual(["accepted", "muted", "open", "resolved"]);
    expect(count("SELECT count(*) AS n FROM dead_letter")).toBe(1);
    expect(count("SELECT count(*) AS n FROM nmap_run WHERE raw_path IS NOT NULL")).toBeGreaterThan(40);
    expect(rowsOf(place, "SELECT name FROM sink WHERE acked_seq = 0 ORDER BY name")).toEqual([
      { name: "file" },
      { name: "kafka" },
    ]);
  });

  it("is opened, judges at once and finds nothing new; what was known keeps its id, its state and its mute", async () => {
    const place = upgraded();
    const mutes = await json(place, ["mute", "list"]);
    const scan = (await json(place, ["scan"])) as ScanJson;
    expect(scan.cycles).toMatchObject([{ completeness: "complete", verdict: "ok", learning: false }]);
    const known = new Set(OLD.map(({ id }) => id));
    expect(scan.anomalies.filter(({ id }) => !known.has(id))).toEqual([]);
    expect(scan.anomalies.filter(({ notable }) => notable)).toEqual([]);
    expect(scan.health.map(({ kind }) => kind)).toEqual([]);
    const now = (await json(place, ["anomalies", "list", "--all"])) as readonly Listed[];
    const named = (all: readonly Listed[]) => all.map(({ id, kind, state }) => `${id} ${kind} ${state}`).sort();
    expect(named(now)).toEqual(named(OLD));
    expect(await json(place, ["mute", "list"])).toEqual(mutes);
  });

  it("tells its hosts again with what is open on them, and no service that is as it was told", async () => {
    const place = upgraded();
    place.now += DAY;
    const [last] = rowsOf(place, "SELECT max(seq) AS n FROM outbox");
    const told = rowsOf(place, "SELECT unit FROM observation_mark");
    await json(place, ["scan"]);
    const bodies = rowsOf(place, `SELECT body FROM outbox WHERE seq > ${Number(last?.["n"])}`);
    const seen = bodies.map(({ body }) => JSON.parse(String(body)).tripline.observation).filter(Boolean);
    expect(told.filter(({ unit }) => unit !== "host").length).toBeGreaterThan(15);
    expect(seen.filter(({ unit }) => unit === "service")).toEqual([]);
    expect(seen.filter(({ cause }) => cause === "refresh").length).toBeGreaterThan(3);
    expect(seen.every(({ open_count: n, open_services: open }) => n === open.length)).toBe(true);
  });

  it("keeps what waited for an output, byte by byte, and delivers it first", async () => {
    const place = upgraded();
    const waiting = rowsOf(place, "SELECT body FROM outbox ORDER BY seq").map(({ body }) => String(body));
    const { code } = await runIn(place, ["scan", "--emit"]);
    expect(code).toBe(4);
    const written = readFileSync(join(place.directory, "events.ndjson"), "utf8").trimEnd().split("\n");
    expect(written.length).toBeGreaterThan(waiting.length);
    expect(written.slice(0, waiting.length)).toEqual(waiting);
  });
});

describe("the JSON of every command over that state has all that it had", () => {
  const directory = newTempDir();
  let shared: Installation;
  beforeAll(() => {
    shared = upgraded(directory);
  });
  afterAll(() => removeChecked(directory));

  it.each(COMMANDS.filter(({ name }) => name !== "config-schema"))("$name", async ({ name, args, changes }) => {
    const now = await json(changes === undefined ? shared : upgraded(), args);
    expect(missingFrom(sample(name), now)).toEqual([]);
  });
});

describe("the configuration", () => {
  it("has every key that it had", async () => {
    const [before, now] = [sample("config-schema"), await json(upgraded(), ["config", "schema"])];
    const lost = keysOf(before).filter((key) => !keysOf(now).includes(key));
    expect(keysOf(before)).toContain("outputs.kafka.brokers");
    expect(lost).toEqual([]);
  });
});

/** Paths of all keys that a JSON Schema names, `outputs.kafka.brokers`. */
function keysOf(schema: unknown, path = ""): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([word, below]) => {
    if (word !== "properties") return keysOf(below, path);
    return Object.entries(below as object).flatMap(([key, value]) => {
      const at = path === "" ? key : `${path}.${key}`;
      return [at, ...keysOf(value, at)];
    });
  });
}
