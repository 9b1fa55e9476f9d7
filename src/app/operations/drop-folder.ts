import { constants } from "node:fs";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { checkedDocument, documentForm, partOf } from "../../config/checked-document.ts";
import { checkedInput } from "../../config/input-problems.ts";
import { problemText } from "../../config/problems.ts";
import { programOwners } from "../../config/settings.ts";
import { trustIn } from "../../lib/file-owners.ts";
import { openToOthers } from "../../lib/file-trust.ts";
import { systemReason } from "../../lib/files.ts";
import { sha256Hex } from "../../lib/hash.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { parseDuration, parseMoment } from "../../lib/time.ts";
import { parseYaml } from "../../lib/yaml.ts";
import { announceFrom } from "./announce.ts";
import { ANNOUNCEMENT, type Announcement } from "./announcement.ts";
import type { Desk } from "./operation.ts";

/** A larger file is no announcement. */
const MOST_BYTES = 256 * 1024;
const MOST_FILES = 1000;

/** Something in the folder that was not announced: the file, the line where there is one, and why. */
export interface RefusedFile {
  readonly file: string;
  readonly line: number | null;
  readonly code: string;
  readonly reason: string;
}

/** Announces what a pipeline put into the folder since the last time. Each content of a file is read once; files stay. */
export async function takeAnnouncements(desk: Desk): Promise<readonly RefusedFile[]> {
  const { dir } = desk.loaded.config.changes;
  if (dir === undefined) return [];
  const directory = resolve(desk.loaded.directory, dir);
  const names = namesIn(directory);
  if (!names.ok) return [{ file: directory, line: null, code: "TL469", reason: names.error }];
  const known = await desk.store.cycles.loadChangeFiles();
  const refused: RefusedFile[] = [];
  for (const name of names.value) refused.push(...(await take(desk, join(directory, name), known)));
  return refused;
}

function namesIn(directory: string): Result<readonly string[], string> {
  try {
    const names = readdirSync(directory).filter((name) => /^[^.].*\.(ya?ml|json)$/.test(name));
    if (names.length > MOST_FILES) return err(`it holds ${names.length} files, at most ${MOST_FILES} are read`);
    return ok(names.sort());
  } catch (error) {
    return err(`it cannot be read (${systemReason(error)})`);
  }
}

async function take(desk: Desk, file: string, known: ReadonlyMap<string, string>): Promise<readonly RefusedFile[]> {
  const text = readChecked(desk, file);
  const digest = text.ok ? sha256Hex(text.value) : sha256Hex(text.error);
  if (known.get(file) === digest) return [];
  const refused = text.ok
    ? await announceAll(desk, file, text.value)
    : [{ file, line: null, code: "TL465", reason: text.error }];
  // A clock is set right again, and the file has not changed then.
  if (refused.some(({ code }) => code === "TL464")) return refused;
  await desk.store.cycles.noteChangeFile({ name: file, digest, at: desk.runtime.clock.now() });
  return refused;
}

/** What others may write says nothing about who announces it. */
function readChecked({ loaded }: Desk, file: string): Result<string, string> {
  try {
    const found = lstatSync(file);
    if (found.isSymbolicLink()) return err("it is a symbolic link");
    if (!found.isFile()) return err("it is not a regular file");
    if (found.size > MOST_BYTES) return err(`it has more than ${MOST_BYTES / 1024} KiB`);
    const folder = lstatSync(join(file, "..")).uid;
    const open = openToOthers(file, trustIn([...programOwners(loaded), folder]));
    if (open !== null) return err(`${open.path} ${open.why}; ${open.fix}`);
    return ok(readFileSync(file, { encoding: "utf8", flag: constants.O_RDONLY | constants.O_NOFOLLOW }));
  } catch (error) {
    return err(systemReason(error));
  }
}

async function announceAll(desk: Desk, file: string, text: string): Promise<readonly RefusedFile[]> {
  const document = parseYaml(text);
  const many = Array.isArray(document.value) ? document.value.map((_, i) => [i]) : [[]];
  const now = desk.runtime.clock.now();
  const problems: RefusedFile[] = [];
  for (const at of many) {
    const said = checkedDocument(FORM, partOf(document, at));
    if (!said.ok) {
      problems.push(...said.error.map((one) => ({ file, line: one.line, code: "TL466", reason: problemText(one) })));
      continue;
    }
    const wish = momentsOf(said.value, now);
    const { line } = document.positionOf(at);
    if (!wish.ok) problems.push({ file, line, code: "TL466", reason: wish.error });
    // A pipeline leaves its files: what is over says nothing any more.
    else if (wish.value.until > now) problems.push(...(await announceOne(desk, wish.value, { file, line })));
  }
  return problems;
}

async function announceOne(
  desk: Desk,
  said: Announcement,
  { file, line }: { readonly file: string; readonly line: number },
): Promise<readonly RefusedFile[]> {
  const done = await announceFrom(desk, said, file);
  return done.ok ? [] : [{ file, line, code: done.error.code, reason: done.error.what }];
}

const texts = z.array(z.union([z.string(), z.number()])).default([]);

const WRITTEN = z.strictObject({
  hosts: texts,
  networks: texts,
  groups: texts,
  ports: texts,
  from: z.string().optional(),
  until: z.string(),
  by: z.string(),
  ticket: z.union([z.string(), z.number()]),
});

const FORM = documentForm(WRITTEN);

function momentsOf(written: z.infer<typeof WRITTEN>, now: number): Result<Announcement, string> {
  const from = written.from === undefined ? undefined : parseMoment(written.from);
  if (from === null) return err(`from: a time looks like 2027-03-01T02:00Z, got "${written.from}"`);
  const span = parseDuration(written.until);
  const until = span === null ? parseMoment(written.until) : (from ?? now) + span;
  if (until === null) return err(`until: a time looks like 2027-03-01T04:00Z or 4h, got "${written.until}"`);
  const { hosts, networks, groups, ports, by, ticket } = written;
  const said = checkedInput(ANNOUNCEMENT, {
    hosts: hosts.map(String),
    networks: networks.map(String),
    groups: groups.map(String),
    ports: ports.map(String),
    ...(from === undefined ? {} : { from }),
    until,
    by,
    ticket: String(ticket),
  });
  return said.ok ? ok(said.value) : err(said.problems.join("; "));
}
