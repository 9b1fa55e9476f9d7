import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startListener } from "../../src/app/demo/services.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { openState } from "../support/runtime.ts";
import { directoryWith, run } from "./command-line.ts";
import { agentIn } from "./support/agent-process.ts";

const HOST = "127.0.79.1";
const CONFIG = `segment: office
targets: [${HOST}]
ports: [4444, 4445]
os_detection: false
every: 1h
baseline: { learn: { scans: 1, at_least: 0s } }
`;
const WHY = ["--reason", "CHG-4711", "--by", "m.analyst"];

function at(directory: string) {
  return (...words: readonly string[]) => run([...words, "-c", "tripline.yaml"], directory);
}

async function auditOf(directory: string) {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const audit = await opened.value.history.audit(50);
  opened.value.close();
  return audit;
}

describeWith(installedNmap(), "beside a running agent", () => {
  it("accept, mute and learn say and do what they say and do without one", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const tripline = at(directory);
    const agent = await agentIn(directory);
    const listeners = await Promise.all([4444, 4445].map((port) => startListener(HOST, port, { banner: "hello\r\n" })));
    onTestFinished(async () => void (await Promise.all(listeners.map((one) => one.stop()))));
    expect(await tripline("scan")).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(
        /office · 1 up \/ 1 · 2 open ports [^]*opened +(undeclared-port|port-opened|port-group)/,
      ),
    });
    const open: readonly { readonly id: string }[] = JSON.parse((await tripline("anomalies", "list", "--json")).out);
    const id = open[0]?.id ?? "";
    const accepting = await Promise.all([1, 2].map(() => tripline("baseline", "accept", id, ...WHY)));
    expect(accepting.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 2]);
    const [done, late] = accepting.toSorted((a, b) => a.code - b.code);
    expect(done?.out).toContain(`accepted ${id}: `);
    expect(late?.err).toContain(`the anomaly ${id} is already accepted (TL446)`);

    const muted = await tripline("mute", "add", "--host", HOST, "--until", "7d", ...WHY);
    expect(muted).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^muted until .* \(mute [a-z2-7]{8}\)\n$/),
    });
    const mute = /mute ([a-z2-7]{8})/.exec(muted.out)?.[1] ?? "";
    expect(await tripline("mute", "rm", mute, "--by", "soc")).toMatchObject({ code: 0, out: `mute ${mute} removed\n` });
    expect(await tripline("mute", "rm", mute, "--by", "soc")).toMatchObject({
      code: 2,
      err: expect.stringContaining("(TL602)"),
    });
    expect(await tripline("baseline", "learn", ...WHY)).toMatchObject({ code: 0, err: "" });

    expect(agent.child.exitCode).toBeNull();
    const uid = process.geteuid?.();
    expect((await auditOf(directory)).toReversed().map(({ kind, via, uid: who }) => [kind, via, who])).toEqual([
      ["scan-requested", "control", uid],
      ["anomaly-accepted", "control", uid],
      ["mute-added", "control", uid],
      ["mute-removed", "control", uid],
      ["baseline-reset", "control", uid],
    ]);
  });

  it("a recorded period is learned through it, and its next scan finds it normal", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const tripline = at(directory);
    await agentIn(directory);
    const listener = await startListener(HOST, 4444, { banner: "hello\r\n" });
    onTestFinished(() => listener.stop());
    const from = new Date().toISOString();
    expect(JSON.parse((await tripline("scan", "--json")).out).anomalies).toHaveLength(1);
    const period = ["--from", from, "--to", new Date().toISOString()];
    expect((await tripline("baseline", "learn", ...period)).out).toContain("would accept 1 anomaly");
    expect(await tripline("baseline", "learn", ...period, "--yes", ...WHY)).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("accepted 1 anomaly"),
    });
    expect((await tripline("scan")).out).toContain("no changes");
    expect((await auditOf(directory)).filter(({ via }) => via === "control").map(({ kind }) => kind)).toEqual([
      "scan-requested",
      "anomaly-accepted",
      "period-learned",
      "scan-requested",
    ]);
  });

  it("a known good is exported, compared and imported, also one that is too large for a request", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const tripline = at(directory);
    const agent = await agentIn(directory);
    const listener = await startListener(HOST, 4444, { banner: "hello\r\n" });
    onTestFinished(() => listener.stop());
    expect(await tripline("scan")).toMatchObject({ code: 0, err: "" });
    const { out: file } = await tripline("baseline", "export");
    const port = `{"port":"4444/tcp","host":"${HOST}","scans":1}\n`;
    const good = file.replace('{"end"', `${port}{"end"`);
    const elsewhere = Array.from({ length: 6000 }, (_, i) => {
      const name = createHash("sha256").update(String(i)).digest("hex");
      return `{"host":"192.0.${i >> 8}.${i & 255}","scans":1,"days":1,"values":{"name":"${name}"}}\n`;
    });
    writeFileSync(join(directory, "good.jsonl"), good);
    writeFileSync(join(directory, "large.jsonl"), good.replace('{"end"', `${elsewhere.join("")}{"end"`));
    writeFileSync(join(directory, "bad.jsonl"), good.replace(port, port + port));
    expect((await tripline("baseline", "diff", "good.jsonl")).out).toContain("1 difference on 1 host");
    expect(await tripline("baseline", "import", "bad.jsonl")).toMatchObject({
      code: 2,
      err: expect.stringContaining("(TL477)"),
    });
    const shown = await tripline("baseline", "import", "large.jsonl");
    expect(shown).toMatchObject({ code: 0, err: "", out: expect.stringContaining("6000 hosts of the file are not") });
    expect(await tripline("baseline", "import", "good.jsonl", "--yes", ...WHY)).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("1 open anomaly that the file explains was accepted"),
    });
    expect(JSON.parse((await tripline("anomalies", "list", "--json")).out)).toEqual([]);
    const again = await tripline("baseline", "import", "good.jsonl");
    expect(again.out).toContain("Everything in it is normal here already");
    expect(agent.child.exitCode).toBeNull();
    const audit = (await auditOf(directory)).toReversed().map(({ kind, via }) => [kind, via]);
    expect(audit.slice(1)).toEqual([
      ["baseline-imported", "control"],
      ["anomaly-accepted", "control"],
    ]);
  });

  it("a scan is awaited and judged as without an agent, in text and in JSON", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const tripline = at(directory);
    const agent = await agentIn(directory);
    const listener = await startListener(HOST, 4444, { banner: "hello\r\n" });
    onTestFinished(() => listener.stop());
    const found = await tripline("scan", "--json", "--fail-on", "low");
    expect(found.code).toBe(10);
    const { cycles, anomalies, delivery } = JSON.parse(found.out);
    expect(cycles).toMatchObject([{ file: null, completeness: "complete", verdict: "ok", hosts: 1, learning: false }]);
    expect(anomalies).toMatchObject([{ port: { number: 4444 } }]);
    expect(delivery).toEqual({ waiting: expect.any(Number), unreachable: false, reasons: [], refused: [], kept: true });
    const quiet = await tripline("scan", "--fail-on", "low", "--strict");
    expect(quiet).toMatchObject({ code: 0, err: "", out: expect.stringContaining("no changes") });
    await agent.cycles(3);
    agent.child.kill("SIGTERM");
    await once(agent.child, "exit");
    const alone = await tripline("scan", "--fail-on", "low", "--strict");
    const timeless = (text: string) => text.replaceAll(/ · [^·]*s · /g, " · TIME · ");
    expect({ ...alone, out: timeless(alone.out) }).toMatchObject({ code: 0, out: timeless(quiet.out) });
  });

  it("drift with a scan of its own has the agent scan", async () => {
    const inventory = `host,port,proto,service\n${HOST},4444,tcp,x\n`;
    const directory = directoryWith({ "tripline.yaml": CONFIG, "inventory.csv": inventory });
    const agent = await agentIn(directory);
    const { code, out, err } = await at(directory)("drift", "--live", "scan", "--source", "inventory.csv", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("4444/tcp is declared in inventory.csv:2 but is closed");
    await agent.cycles(2);
  });

  it("a scan that is only asked for is answered at once, and cannot be judged", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const tripline = at(directory);
    const agent = await agentIn(directory);
    expect(await tripline("scan", "--no-wait")).toMatchObject({
      code: 0,
      out: expect.stringContaining("The running agent is scanning now (profile ports)."),
    });
    await agent.cycles(2);
    const refused = await tripline("scan", "--no-wait", "--no-learn", "--fail-on", "high", "--target", HOST);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(
      "its scans do not support --target, --no-learn, --fail-on or --strict with --no-wait (TL450)",
    );
    expect(refused.err).toMatch(/effect [^]*fix /);
  });

  it("reload says whether the configuration is in effect, and what needs a restart", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const tripline = at(directory);
    await agentIn(directory);
    writeFileSync(join(directory, "tripline.yaml"), `${CONFIG}store: { max_size: 2GiB }\n`);
    const good = await tripline("reload", "--json");
    expect(good.code).toBe(0);
    expect(JSON.parse(good.out)).toEqual({ inEffect: true, problems: [], afterRestart: ["store.max_size"] });
    writeFileSync(join(directory, "tripline.yaml"), `${CONFIG}outputs: { kafak: {} }\n`);
    const bad = await tripline("reload");
    expect(bad.code).toBe(78);
    expect(bad.err).toMatch(/outputs\.kafak: [^]*the configuration that it has stays in effect/);
    expect((await auditOf(directory))[0]).toMatchObject({ kind: "config-loaded", via: "control" });
  });

  it("an agent that was killed leaves a socket that the next one replaces; without an agent the command does it", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const tripline = at(directory);
    const first = await agentIn(directory);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    expect(existsSync(join(directory, ".tripline", "control.sock"))).toBe(true);
    expect(await tripline("reload")).toMatchObject({ code: 3, err: expect.stringContaining("(TL449)") });
    expect(await tripline("baseline", "learn", ...WHY)).toMatchObject({ code: 0 });
    await agentIn(directory);
    expect(await tripline("baseline", "learn", ...WHY)).toMatchObject({ code: 0 });
    expect((await auditOf(directory)).map(({ via }) => via)).toEqual(["control", "cli"]);
  });

  it("an agent that cannot be asked keeps its state, and TL405 names it", async () => {
    const directory = directoryWith({ "tripline.yaml": CONFIG });
    const { child } = await agentIn(directory);
    rmSync(join(directory, ".tripline", "work", "control.json"));
    rmSync(join(directory, ".tripline", "control.sock"));
    const { code, err } = await at(directory)("baseline", "learn", ...WHY);
    expect([code, err]).toEqual([78, expect.stringContaining(`pid ${child.pid}`)]);
    expect(err).toContain("(TL405)");
  });
});
