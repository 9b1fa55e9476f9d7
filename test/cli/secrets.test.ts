import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { directoryWith, run } from "./command-line.ts";
import { follow } from "./follow.ts";

const BIN = resolve("bin/tripline.cjs");
const HEAD =
  "segment: office\ntargets: [127.0.35.1]\nports: [9]\nos_detection: false\nbaseline: { learn: { scans: 1 } }\n";
const ALWAYS = `${HEAD}web: { listen: "127.0.0.1:0" }\n`;

/** Everything that a secret could be recognised by: itself, and what a header makes of it. */
function traces(text: string): readonly string[] {
  const words = text.match(/CANARY[^\s"'\\]*/g) ?? [];
  const coded = (text.match(/[A-Za-z0-9+/]{16,}/g) ?? []).filter((word) => decode64(word).includes("CANARY"));
  return [...words, ...coded];
}

/** A header may begin anywhere in a word. */
function decode64(word: string): string {
  return [0, 1, 2, 3].map((skip) => Buffer.from(word.slice(skip), "base64").toString("latin1")).join("\n");
}

/** What is in the state, the configuration itself and secret files aside. */
function tracesBelow(directory: string): readonly string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => !/\.yaml$|^secret/.test(name)).map((name) => join(directory, name));
  expect(files.map((file) => basename(file))).toContain("tripline.db");
  return files.filter((file) => statSync(file).isFile()).flatMap((file) => traces(readFileSync(file, "latin1")));
}

/** An Elasticsearch that refuses everything and repeats what it was told, as a talkative proxy does. */
async function refusingServer(status: number): Promise<string> {
  const server = createServer((request, response) => {
    const sent = request.headers.authorization ?? "";
    const login = Buffer.from(sent.replace(/^\w+ /, ""), "base64").toString("utf8");
    const reason = `not for ${sent}, that is ${login} or ${encodeURIComponent(login)}, at ${request.url}`;
    response.writeHead(status, { "content-type": "application/json", "x-elastic-product": "Elasticsearch" });
    response.end(JSON.stringify({ error: { type: "security_exception", reason }, status }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

/** `%s` is the server; the files stand beside the configuration. */
const VALID: readonly (readonly [string, string])[] = [
  ["a password in the URL", 'elasticsearch: { url: "http://elastic:CANARY-a1@%s" }'],
  ["an encoded password in the URL", 'elasticsearch: { url: "http://elastic:CANARY%%2Fa%%3A2@%s/path" }'],
  ["a token in place of the user", 'elasticsearch: { url: "http://CANARYtoken3@%s" }'],
  ["a token in the query", 'elasticsearch: { url: "http://%s/?token=CANARY-a4&api_key=CANARY-b4#CANARY-c4" }'],
  ["an API key in the file", 'elasticsearch: { url: "http://%s", api_key: CANARYkeyA5 }'],
  ["an API key in a file of its own", 'elasticsearch: { url: "http://%s", api_key: "${file:./secret}" }'],
  ["a password in the file", 'elasticsearch: { url: "http://%s", username: elastic, password: "CANARY \\"a6\\"" }'],
  ["a login of a named output", 'es-soc: { kind: elasticsearch, url: "http://elastic:CANARY-n1@%s/?k=CANARY-n2" }'],
  [
    "a secret file of a named output",
    'token-es: { kind: elasticsearch, url: "http://%s", api_key: "${file:./secret}" }',
  ],
  ["a login in a broker's address", 'kafka: { brokers: ["CANARYuserA7@127.0.0.1:1"] }'],
];

function configured(outputs: string, server: string): string {
  const directory = directoryWith({ secret: "CANARYfileA8\n" });
  const text = outputs.replace("%s", server).replaceAll("%%", "%");
  const page = 'public_url: "https://me:CANARY-p1@page.example/t?key=CANARY-p2"';
  writeFileSync(
    join(directory, "tripline.yaml"),
    `${ALWAYS}${page}\noutputs:\n  file: { path: ./events.ndjson }\n  ${text}\n`,
  );
  return directory;
}

const COMMANDS = [
  "config validate",
  "config validate --json",
  "config show",
  "config show --effective",
  "config show --effective --json",
  "config show --effective --output shown.json",
  "doctor",
  "doctor --json",
  "setup elasticsearch --dry-run",
  "setup elasticsearch --profile core",
  "setup kafka --dry-run",
  "status",
  "status --json",
  "outbox status --json",
  "outbox dead --json",
];

describeWith(installedNmap(), "a secret of a configuration in force", () => {
  it.each(VALID)(
    "is told by no command, kept in no state and sent in no event: %s",
    { timeout: 300_000 },
    async (_, outputs) => {
      const directory = configured(outputs, await refusingServer(401));
      for (const command of ["scan --emit", ...COMMANDS]) {
        const { out, err } = await run([...command.split(" "), "-c", "tripline.yaml"], directory);
        expect({ command, found: traces(`${out}\n${err}`) }).toEqual({ command, found: [] });
      }
      expect(readFileSync(join(directory, "events.ndjson"), "utf8")).toContain('"event"');
      expect(tracesBelow(directory)).toEqual([]);
    },
  );

  it.each([400, 403])("is not told when the server repeats it with status %i", async (status) => {
    const directory = configured('elasticsearch: { url: "http://elastic:CANARY-b1@%s" }', await refusingServer(status));
    const { out, err } = await run(["scan", "--emit", "-c", "tripline.yaml"], directory);
    const letters = await run(["outbox", "dead", "--json", "-c", "tripline.yaml"], directory);
    expect(traces(`${out}\n${err}\n${letters.out}`)).toEqual([]);
    expect(tracesBelow(directory)).toEqual([]);
  });

  it("is not told by the agent: not in its log, not at SIGHUP, not when the new configuration is broken", {
    timeout: 120_000,
  }, async () => {
    const server = await refusingServer(401);
    const directory = configured('elasticsearch: { url: "http://elastic:CANARY-c1@%s" }', server);
    const env = { PATH: process.env["PATH"] ?? "", PW: "CANARYenvC2" };
    const args = [BIN, "run", "-vv", "--log-format", "json", "-c", "tripline.yaml"];
    const agent = spawn(process.execPath, args, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
    onTestFinished(() => void agent.kill("SIGKILL"));
    const said = follow(agent);
    await said.until("cycle finished");
    await said.until("output does not accept events");
    rewrite(directory, (text) =>
      text.replace(
        /elasticsearch:.*/,
        `elasticsearch: { url: "http://${server}", username: e, password: "\${env:PW}" }`,
      ),
    );
    agent.kill("SIGHUP");
    await said.until("configuration loaded");
    rewrite(directory, (text) => text.replace("password:", "pasword:").replace("${env:PW}", "CANARY-c3"));
    agent.kill("SIGHUP");
    await said.until("configuration rejected");
    const status = await run(["status", "-c", "tripline.yaml"], directory);
    agent.kill("SIGTERM");
    await once(agent, "close");
    expect(traces(`${said.text()}\n${status.out}\n${status.err}`)).toEqual([]);
    expect(tracesBelow(directory)).toEqual([]);
  });
});

/** With the word SECRET where the secret stands. */
const BROKEN: readonly (readonly [string, string])[] = [
  ["a URL with another scheme", 'outputs: { elasticsearch: { url: "ftp://u:SECRET@h" } }'],
  ["a URL with a slash in the password", 'outputs: { elasticsearch: { url: "https://u:a/SECRET@h" } }'],
  ["a URL with a blank in it", 'outputs: { elasticsearch: { url: "htps://u:a SECRET@h" } }'],
  ["a URL without a scheme", "outputs: { elasticsearch: { url: u:SECRET@h:9200 } }"],
  ["a URL where a target is meant", 'targets: ["https://u:SECRET@h/"]'],
  ["a long one that a message cuts", `targets: ["https://u:${"x".repeat(45)}SECRET${"y".repeat(40)}@h/"]`],
  ["a URL where an address is meant", 'web: { listen: "http://u:SECRET@127.0.0.1:1" }'],
  ["a URL where a broker is meant", 'outputs: { kafka: { brokers: ["kafka://u:SECRET@h:9092"] } }'],
  ["a URL as a key", 'outputs: { "https://u:SECRET@h": x }'],
  ["a misspelt kind", "outputs: { soc: { kind: elastcsearch, url: 'https://u:SECRET@h', password: SECRET } }"],
  ["a named output without a kind", "outputs: { soc: { url: 'https://u:SECRET@h', api_key: SECRET, bearer: SECRET } }"],
  ["a misspelt key of a named output", "outputs: { soc: { kind: elasticsearch, url: 'https://h', pasword: SECRET } }"],
  ["a name that no output may have", "outputs: { 'u:SECRET@h:9200': { kind: elasticsearch, url: 'https://h' } }"],
  ["a misspelt key", "outputs: { elasticsearch: { url: 'https://h', pasword: SECRET } }"],
  ["a key of another program", "outputs: { elasticsearch: { url: 'https://h', bearerToken: SECRET } }"],
  ["a key on a line of its own", "outputs:\n  elasticsearch:\n    url: https://h\n    apiKey: SECRET"],
  [
    "a key with its value below",
    "outputs:\n  elasticsearch:\n    url: https://h\n    passwrd: |\n      SECRET\n      SECRET",
  ],
  ["a map where a secret is meant", "outputs: { elasticsearch: { url: 'https://h', password: { SECRET: 1 } } }"],
  ["a list where a secret is meant", "outputs:\n  elasticsearch:\n    url: https://h\n    api_key:\n    - SECRET"],
  ["half a reference", "outputs: { elasticsearch: { url: 'https://h', password: 'x${SECRET' } }"],
  ["an anchor somewhere else", "x: &k SECRET\noutputs: { elasticsearch: { url: 'https://h', api_key: *k } }"],
  ["a secret that YAML takes for an alias", "outputs: { elasticsearch: { url: 'https://h', api_key: *SECRET } }"],
  ["a secret that YAML cannot begin", "outputs:\n  elasticsearch:\n    url: https://h\n    api_key: %SECRET"],
  ["a secret with a colon", "outputs:\n  elasticsearch:\n    url: https://h\n    api_key: a: SECRET"],
  [
    "a secret whose quote never ends",
    'outputs:\n  elasticsearch:\n    url: https://h\n    api_key: "SECRET\n    x: SECRET',
  ],
  [
    "a secret that stands twice",
    "outputs:\n  elasticsearch:\n    url: https://h\n    api_key: SECRET\n    api_key: SECRET",
  ],
  ["a brace that is missing", 'outputs: { elasticsearch: { url: "https://u:SECRET@h", api_key: SECRET }'],
  ["JSON with a wrong key", '{"outputs":{"elasticsearch":{"url":"https://u:SECRET@h","password":"SECRET","nope":1}}}'],
  ["a wrong value beside a secret", "outputs: { elasticsearch: { api_key: SECRET, url: 7 } }"],
  ["a token in a query", 'outputs: { elasticsearch: { url: "htps:/h?access_token=SECRET" } }'],
  ["no YAML at all", "password=SECRET"],
];

describe("a secret of a configuration that is refused", () => {
  it.each(BROKEN)("is neither in the message nor in the line that it shows: %s", async (_, text) => {
    const filled = text.replaceAll("SECRET", "CANARYx7");
    const head = /^(\{|targets|password)/.test(filled) ? "" : HEAD;
    const directory = directoryWith({ "tripline.yaml": `${head}${filled}\n` });
    for (const command of ["config validate", "config validate --json", "scan", "doctor"]) {
      const { code, out, err } = await run([...command.split(" "), "-c", "tripline.yaml"], directory);
      expect({ code, found: traces(`${out}\n${err}`) }).toEqual({ code: 78, found: [] });
      expect(err).toMatch(/tripline\.yaml:\d+:\d+ {2}\S/);
    }
  });

  it("does not hide the rest: what is no secret is still shown", async () => {
    const text = `${HEAD}outputs:\n  elasticsearch:\n    url: https://h/x\n    nope: visible by bob@example.org\n`;
    const { err } = await run(["config", "validate", "-c", "tripline.yaml"], directoryWith({ "tripline.yaml": text }));
    expect(err).toContain("9 |     nope: visible by bob@example.org");
  });
});

function rewrite(directory: string, change: (text: string) => string): void {
  const file = join(directory, "tripline.yaml");
  writeFileSync(file, change(readFileSync(file, "utf8")));
}
