import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { configPage } from "../../scripts/assets/config-page.ts";
import { drainAll, openRelays } from "../../src/app/delivery.ts";
import { checkOutputs } from "../../src/app/operations/check-outputs.ts";
import { setUp } from "../../src/app/operations/set-up.ts";
import { createRuntime } from "../../src/app/runtime.ts";
import { parseConfig } from "../../src/config/load.ts";
import { SINKS } from "../../src/deliver/sinks/registry.ts";
import { freePort } from "../support/ports.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { startCollector } from "./line-tcp/collector.ts";
import { lineTcp } from "./line-tcp/index.ts";
import { createLineSink } from "./line-tcp/sink.ts";
import { contract, lines } from "./sink-contract.ts";
import { event, upTo } from "./stage.ts";

/** What a new kind of output needs: its folder, and this line of the list. */
const runtime = createRuntime({ outputKinds: [...SINKS, lineTcp] });
const format = runtime.configFormat;
const signal = new AbortController().signal;

function read(outputs: string) {
  const text = `segment: a\ntargets: [10.0.0.0/24]\noutputs:\n${outputs}`;
  const environment = { TOKEN: "fromTheEnvironment1" };
  return parseConfig(text, { path: "tripline.yaml", directory: "/", environment, now: 1, format });
}

function loaded(outputs: string) {
  const result = read(outputs);
  if (!result.ok) throw new Error(result.error.text);
  return result.value;
}

/** A store with three events, and the relays of these outputs. */
async function relaying(outputs: string) {
  const stateDirectory = join(tempDirOfMadeUpEvents(), "state");
  const opened = runtime.openState(stateDirectory, "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const store = opened.value;
  const { outbox, cycles } = store;
  const onHealth = () => undefined;
  const made = await openRelays({ runtime, loaded: loaded(outputs), stateDirectory, outbox, onHealth });
  onTestFinished(async () => {
    await made.close();
    store.close();
  });
  const events = upTo(3).map((n) => event(n));
  await cycles.commitHealth(() => events, 1);
  return { ...made, outbox, events };
}

describe("a kind of output that is one folder and one line of the list", () => {
  it("is written under its own name or any other, with its keys checked", () => {
    expect(loaded("  line-tcp: { port: 5170 }\n").config.outputs).toMatchObject({ "line-tcp": { port: 5170 } });
    expect(loaded("  feed: { kind: line-tcp, port: 5170 }\n").config.outputs).toEqual({
      feed: { kind: "line-tcp", port: 5170, backfill: false },
    });
  });

  it.each([
    ["feed: { kind: line-tpc, port: 1 }", 'did you mean "line-tcp"?'],
    ["feed: { kind: line-tcp, prot: 1 }", 'outputs.feed.prot: unknown key|did you mean "port"?'],
    ["feed: { kind: line-tcp, port: no }", "outputs.feed.port: must be a number"],
    ["feed: { kind: line-tcp, port: 1, token: '${env:NOPE}' }", "outputs.feed.token: environment variable NOPE"],
    ["feed: { kind: line-tcp, port: 1, tokn: CANARY1 }", 'unknown key|did you mean "token"?|[secret]'],
  ])("is explained when it is wrong: %s", (line, told) => {
    const result = read(`  ${line}\n`);
    const text = result.ok ? "" : result.error.text;
    for (const part of told.split("|")) expect(text).toContain(part);
    expect(text).not.toContain("CANARY");
  });

  it("warns of what its options mean, with the place", () => {
    const { warningText } = loaded("  feed: { kind: line-tcp, port: 23, token: inTheFile1 }\n");
    expect(warningText).toContain("tripline.yaml:4:33  outputs.feed.port: a port that only root may listen on");
    expect(warningText).toContain("outputs.feed.token: the file contains a secret");
    expect(warningText).not.toContain("inTheFile1");
  });

  it("is on the page of the configuration and in the JSON Schema", () => {
    const page = configPage(format);
    expect(page).toContain("| `outputs.line-tcp.port` | integer 1–65535 | **required** | where a collector listens");
    expect(page).toMatch(/`outputs\.NAME\.kind` \| .*`line-tcp`/);
    expect(JSON.stringify(format.jsonSchema())).toContain('"const":"line-tcp"');
  });

  it("is checked by doctor under its name", async () => {
    const port = await freePort();
    const site = { runtime, loaded: loaded(`  feed: { kind: line-tcp, port: ${port} }\n`), stateDirectory: "/" };
    const checks = await checkOutputs(site, signal);
    expect(checks).toMatchObject([
      { group: "output feed", state: "error", code: "TL130", fix: "check outputs.feed.port" },
    ]);
  });

  it("is set up, with the choices of its own", async () => {
    const one = { runtime, loaded: loaded("  feed: { kind: line-tcp, port: 5170 }\n") };
    const chosen = new Map([["greeting", "hello"]]);
    const asked = { target: "line-tcp", output: null, task: "install", directory: null } as const;
    const request = { ...asked, dryRun: false, force: false, chosen };
    const steps = [{ output: "feed", what: ["port 5170", "hello"], state: "exists", data: { port: 5170 } }];
    const outcome = { steps, notes: [], troubles: [], failures: [] };
    expect(await setUp(one, request, { signal })).toMatchObject({ ok: true, value: outcome });
    const other = await setUp(one, { ...request, output: "other" }, { signal });
    expect(other).toMatchObject({ ok: false, error: { code: "TL150" } });
  });

  it("takes the events of the outbox, and moves the cursor of its name", async () => {
    const collector = await startCollector();
    onTestFinished(() => collector.stop());
    const { relays, outbox, events } = await relaying(`  feed: { kind: line-tcp, port: ${collector.port} }\n`);
    expect(await drainAll(relays, signal)).toMatchObject([
      { output: "feed", result: { state: "empty", delivered: 3 } },
    ]);
    expect(collector.lines).toEqual(events.map((one) => one.body));
    expect((await outbox.status()).sinks).toMatchObject([{ name: "feed", kind: "line-tcp", pending: 0 }]);
  });

  it("tells no secret, whatever its client says", async () => {
    const port = await freePort();
    const { relays, outbox } = await relaying(`  feed: { kind: line-tcp, port: ${port}, token: "\${env:TOKEN}" }\n`);
    const stop = new AbortController();
    const running = relays[0]?.run(stop.signal);
    await expect.poll(async () => (await outbox.cursor("feed"))?.reason).toContain("ECONNREFUSED");
    stop.abort();
    await running;
    expect((await outbox.cursor("feed"))?.reason).toContain("(token [secret])");
  });
});

describe("the contract of a sink of somebody else", () =>
  contract(async () => {
    const collector = await startCollector();
    afterAll(() => collector.stop());
    const sink = createLineSink({ name: "feed", port: collector.port, token: null });
    return { sink, body: "bytes", twice: "same-id", arrived: async () => lines(collector.lines.join("\n")) };
  }));
