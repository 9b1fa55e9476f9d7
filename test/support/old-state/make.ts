// Makes the state and the samples of this folder with the program of a checkout; see README.md.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { COMMANDS } from "./commands.ts";
import { FIXTURE, type Installation, install, runIn, unpacked } from "./installation.ts";
import { DAY, FIRST_DAY, LAST_DAY } from "./world.ts";

/** Twenty days, a scan every twelve hours, with what operators did meanwhile. */
async function age(to: Installation): Promise<void> {
  for (let half = 0; half <= 41; half++) {
    const day = half / 2;
    to.now = FIRST_DAY + day * DAY;
    if (day === 20.5) await refusedOnce(to);
    else run(to, "scan");
    if (day === 9) operate(to, "host-appeared", ["baseline", "accept"]);
    if (day === 11) operate(to, "version-changed", ["mute", "add", "--until", "2027-05-01", "--id"]);
    console.log(`day ${day}`);
  }
  to.now = LAST_DAY + DAY / 24;
}

/** One scan, after which a server takes all events that waited but the first. */
async function refusedOnce(to: Installation): Promise<void> {
  const server = picky();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kept = readFileSync(to.config, "utf8");
  const lines = kept.replace("http://127.0.0.1:9", url).split("\n");
  writeFileSync(to.config, lines.filter((line) => !line.startsWith("  file:")).join("\n"));
  await runIn(to, ["scan", "--emit", "--json"]);
  writeFileSync(to.config, kept);
  server.close();
}

function picky(): Server {
  return createServer((request, answer) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      answer.setHeader("x-elastic-product", "Elasticsearch");
      answer.setHeader("content-type", String(request.headers.accept ?? "application/json").split(",")[0] ?? "");
      answer.end(
        JSON.stringify(answerTo(request.url ?? "", textOf(Buffer.concat(parts), request.headers["content-encoding"]))),
      );
    });
  });
}

function textOf(body: Buffer, encoding: string | undefined): string {
  return (encoding === "gzip" ? gunzipSync(body) : body).toString();
}

const refused = { type: "document_parsing_exception", reason: "[1:1] failed to parse field [host.ip] of type [ip]" };
let sent = 0;

function answerTo(url: string, body: string): unknown {
  if (!url.startsWith("/_bulk")) return { version: { number: "9.1.0" } };
  const heads = body.split("\n").filter((line) => line.startsWith('{"create"'));
  return {
    items: heads.map((line) => {
      const { _id } = (JSON.parse(line) as { create: { _id: string } }).create;
      return { create: sent++ === 0 ? { _id, status: 400, error: refused } : { _id, status: 201 } };
    }),
  };
}

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
}

function operate(to: Installation, kind: string, words: readonly string[]): void {
  const { id } = anomalies(to).find((one) => one.kind === kind && one.state === "open") ?? { id: "" };
  run(to, ...words, id, "--by", "m.analyst", "--reason", "CHG-4711");
}

function anomalies(to: Installation): readonly Listed[] {
  return JSON.parse(run(to, "anomalies", "list", "--all", "--json")) as readonly Listed[];
}

function run(to: Installation, ...args: readonly string[]): string {
  const { status, out, err } = runSync(to, args);
  if (status !== 0 && status !== 3) throw new Error(`${args.join(" ")}: exit ${status}\n${out}${err}`);
  return out;
}

function runSync(to: Installation, args: readonly string[]) {
  const { file, argv, options } = to.command(args);
  const { status, stdout, stderr } = spawnSync(file, argv, { ...options, encoding: "utf8", maxBuffer: 2 ** 26 });
  return { status, out: stdout, err: stderr };
}

function pack({ directory: from }: Installation): void {
  const reproducible = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=2026-06-21"];
  const args = [...reproducible, "-cf", "-", "-C", from, "--exclude=.tripline/work", ".tripline"];
  const tar = spawnSync("tar", args, { maxBuffer: 2 ** 28 });
  const packed = spawnSync("gzip", ["-9n"], { input: tar.stdout, maxBuffer: 2 ** 28 });
  writeFileSync(join(FIXTURE, "state.tar.gz"), packed.stdout);
  console.log(`${packed.stdout.length} bytes packed`);
}

function sample(from: Installation): void {
  mkdirSync(join(FIXTURE, "cli-json"), { recursive: true });
  const ids = new Map(anomalies(from).map(({ id, kind }) => [`{${kind}}`, id]));
  for (const { name, args, changes } of COMMANDS) {
    const copied = changes === undefined ? from : copyOf(from);
    const { out } = runSync(copied, [...args.map((arg) => ids.get(arg) ?? arg), "--json"]);
    const text = out.replaceAll(copied.directory, "DIRECTORY").replaceAll(copied.checkout, "CHECKOUT");
    writeFileSync(join(FIXTURE, "cli-json", `${name}.json`), text);
    console.log(`${name}: ${text.length} bytes`);
    if (copied !== from) rmSync(copied.directory, { recursive: true });
  }
}

function copyOf(from: Installation): Installation {
  return unpacked(mkdtempSync(join(tmpdir(), "tripline-state-")), from.checkout);
}

const [checkout] = process.argv.slice(2);
if (checkout === undefined) throw new Error("usage: node make.ts CHECKOUT");
const directory = mkdtempSync(join(tmpdir(), "tripline-state-"));
const place = install(directory, checkout);
try {
  await age(place);
  pack(place);
  sample(place);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
