import { type Dirent, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { SCHEMA_VERSION } from "../../src/domain/event.ts";
import { reservedFor } from "../../src/events/field-table/reserved.ts";
import { fieldNamed } from "../../src/events/fields.ts";
import { ecsEventProblems } from "./ecs-check.ts";

/** Enough to see what is wrong; a broken encoder breaks thousands of events in the same way. */
const SHOWN = 20;

/** An event as a test left it, and where. */
interface LeftEvent {
  readonly at: string;
  readonly body: string;
}

/**
 * Throws when an event in an outbox or an event file below the directory breaks the contract. Names the test file, the
 * place and the leaf.
 */
export function assertEventsBelow(directory: string): void {
  const left = leftEvents(directory);
  const problems = [...left.flatMap(brokenEvent), ...hostsOfTwoKinds(left)].map(
    ({ at, problem }) => `${path.relative(directory, at)}: ${problem}`,
  );
  if (problems.length === 0) return;
  const { testPath, currentTestName } = expect.getState();
  const more = problems.length > SHOWN ? `\n… and ${problems.length - SHOWN} more` : "";
  throw new Error(
    `events of ${testPath ?? "a test"} (${currentTestName ?? "no name"}) break their contract:\n` +
      `- ${problems.slice(0, SHOWN).join("\n- ")}${more}\n` +
      "Bodies that are made up on purpose belong in tempDirOfMadeUpEvents(); real ones come from test/events/samples.ts.",
  );
}

interface Problem extends Pick<LeftEvent, "at"> {
  readonly problem: string;
}

function brokenEvent({ at, body }: LeftEvent): readonly Problem[] {
  const early = reservedLeaves(JSON.parse(body) as Tree).map(
    (name) => `${name}: is in RESERVED, but this event has it`,
  );
  return [...ecsEventProblems(body), ...early].map((problem) => ({ at, problem }));
}

interface Tree {
  readonly [key: string]: unknown;
}

function reservedLeaves(tree: Tree, path = ""): readonly string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const name = path + key;
    if (reservedFor(name) !== null) return [name];
    const inside = typeof value === "object" && value !== null && !Array.isArray(value) && fieldNamed(name) === null;
    return inside ? reservedLeaves(value as Tree, `${name}.`) : [];
  });
}

/** All events of a scan say the same of a host. Those of the contract before this one did not. */
function hostsOfTwoKinds(left: readonly LeftEvent[]): readonly Problem[] {
  const told = new Map<string, string>();
  return left.flatMap(({ at, body }) => {
    const { host, tripline } = JSON.parse(body) as Described;
    if (host === undefined || tripline.scan === undefined || tripline.schema !== SCHEMA_VERSION) return [];
    const key = `${path.dirname(at)} ${tripline.scan.id} ${host.id}`;
    const said = JSON.stringify(host);
    const before = told.get(key) ?? said;
    told.set(key, before);
    return before === said ? [] : [{ at, problem: `host: ${said}, in another event of the scan ${before}` }];
  });
}

interface Described {
  readonly host?: { readonly id: string };
  readonly tripline: { readonly schema: string; readonly scan?: { readonly id: string } };
}

function leftEvents(directory: string): readonly LeftEvent[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((file) => {
    const at = path.join(file.parentPath, file.name);
    // What the program itself set aside as damaged is evidence, not a state.
    if (path.basename(file.parentPath).startsWith("corrupt-")) return [];
    if (file.name === "tripline.db") return outboxEvents(at);
    return isEventFile(file) ? fileEvents(at) : [];
  });
}

/** What an installed copy ships for Kibana and Elastic Security has the same ending. */
const SHIPPED = /\/(config\/kibana|rules\/generated\/elastic)$/;

/** Also the rotated ones: `events.ndjson.2026-11-20.1`. */
function isEventFile({ name, parentPath }: Dirent): boolean {
  return /\.ndjson(\.\d{4}-\d{2}-\d{2}\.\d+)?$/.test(name) && !SHIPPED.test(parentPath);
}

function outboxEvents(file: string): readonly LeftEvent[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'").get();
    if (known === undefined) return [];
    const rows = database.prepare("SELECT seq, body FROM outbox ORDER BY seq").all();
    return rows.map((row) => ({ at: `${file} row ${Number(row["seq"])}`, body: String(row["body"]) }));
  } finally {
    database.close();
  }
}

/** A line without its end is what a crash leaves: the sink cuts it at the next start. */
function fileEvents(file: string): readonly LeftEvent[] {
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((body, i) => ({ at: `${file} line ${i + 1}`, body }));
}
