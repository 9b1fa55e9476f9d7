import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startListener } from "../../src/app/demo/services.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { directoryWith, run } from "./command-line.ts";
import { agentIn } from "./support/agent-process.ts";

const HOST = "127.0.84.1";
const CONFIG = `segment: office
targets: [${HOST}]
exclude: [127.0.84.9]
tags: [{ match: ${HOST}, tags: [web] }]
ports: [4451, 4452, 4453, 4454]
os_detection: false
every: 1h
baseline: { learn: { scans: 1, at_least: 0s } }
changes: { dir: changes }
`;
const TICKET = ["--by", "ops", "--ticket", "CHG-7"];

interface Found {
  readonly kind: string;
  readonly port: { readonly number: number };
  readonly severity: string;
  readonly notable: boolean;
  readonly message: string;
}

function place() {
  const directory = directoryWith({ "tripline.yaml": CONFIG });
  mkdirSync(join(directory, "changes"), { mode: 0o700 });
  const tripline = (...words: readonly string[]) => run([...words, "-c", "tripline.yaml"], directory);
  const json = async (...words: readonly string[]) => JSON.parse((await tripline(...words, "--json")).out);
  const found = async (): Promise<readonly (readonly [number, Found])[]> =>
    ((await json("scan")).anomalies as readonly Found[]).map((one) => [one.port.number, one] as const);
  const drop = (name: string, text: string) => writeFileSync(join(directory, "changes", name), text, { mode: 0o600 });
  return { directory, tripline, json, found, drop };
}

/** Something that answers on the host until the test ends. */
async function opened(port: number, banner = "hello\r\n"): Promise<void> {
  const listener = await startListener(HOST, port, { banner });
  onTestFinished(() => listener.stop());
}

const announce = (ports: string) => ["change", "announce", "--host", HOST, "--ports", ports, "--until", "4h"];

const named = (...words: readonly string[]) => ["announce", ...words, ...TICKET];
const REFUSED: readonly (readonly string[])[] = [
  named("--host", "10.0.0.3", "--ports", "80", "--until", "4h"),
  named("--host", "127.0.84.9", "--ports", "80", "--until", "4h"),
  named("--network", "127.0.84.0/24", "--ports", "80", "--until", "4h"),
  named("--group", "db", "--ports", "80", "--until", "4h"),
  named("--host", HOST, "--ports", "80", "--until", "2020-01-01"),
  named("--host", HOST, "--ports", "80", "--until", "2099-01-01"),
  ["cancel", "zzzz", "--by", "ops"],
];

describeWith(installedNmap(), "tripline change beside a running agent", () => {
  it("explains the news of the next scan, lists what it explained, and explains nothing once it is withdrawn", async () => {
    const { directory, tripline, json, found } = place();
    await agentIn(directory);
    expect(await tripline(...announce("4451"), ...TICKET)).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^announced until .* with CHG-7 \(change [a-z2-7]{8}\)\n$/),
    });
    await opened(4451);
    expect(await found()).toMatchObject([
      [4451, { kind: "port-opened", notable: false, message: expect.stringContaining("announced with CHG-7") }],
    ]);
    const [made] = await json("change", "list");
    expect(made).toMatchObject({
      state: "announced",
      ticket: "CHG-7",
      matched: [{ kind: "port-opened", subject: "tcp/4451", address: HOST }],
    });
    await tripline(...announce("4452"), "--by", "ops", "--ticket", "CHG-8");
    const [other] = (await json("change", "list")).filter((one: { ticket: string }) => one.ticket === "CHG-8");
    const cancel = () => tripline("change", "cancel", other.id.slice(0, 8), "--by", "ops");
    expect(await cancel()).toMatchObject({ code: 0, err: "", out: expect.stringContaining("(CHG-8) cancelled") });
    expect(await cancel()).toMatchObject({ code: 2, err: expect.stringContaining("(TL467)") });
    await opened(4452);
    const later = await found();
    expect(later.find(([port]) => port === 4452)).toMatchObject([4452, { kind: "port-opened", notable: true }]);
    expect(later.find(([port]) => port === 4451)?.[1].message).toContain("is normal now");
  });

  it("never explains a backdoor on an announced port", async () => {
    const { directory, tripline, found } = place();
    await agentIn(directory);
    await tripline(...announce("4451-4452"), ...TICKET);
    await opened(4451);
    await opened(4452, "220 Bot Server (Win32)\r\n");
    const news = await found();
    const alerts = news.filter(([, one]) => one.notable).map(([port, one]) => [port, one.kind, one.severity]);
    expect(alerts).toContainEqual([4452, "exposure-found", "critical"]);
    expect(alerts.map(([port]) => port)).not.toContain(4451);
  });

  it("reads the folder of announcements before each scan of the agent, and names what it refuses", async () => {
    const { directory, json, found, drop } = place();
    const agent = await agentIn(directory);
    drop("good.yaml", `hosts: [${HOST}]\nports: [4453]\nuntil: 4h\nby: deploy\nticket: CHG-9\n`);
    drop("outside.yaml", "hosts: [10.0.0.3]\nports: [4454]\nuntil: 4h\nby: deploy\nticket: CHG-10\n");
    drop("long.yaml", `hosts: [${HOST}]\nports: [4454]\nuntil: 8d\nby: deploy\nticket: CHG-11\n`);
    await opened(4453);
    await opened(4454);
    expect((await found()).toSorted(([a], [b]) => a - b)).toMatchObject([
      [4453, { notable: false, message: expect.stringContaining("announced with CHG-9") }],
      [4454, { notable: true }],
    ]);
    expect((await json("change", "list")).map((one: { ticket: string }) => one.ticket)).toEqual(["CHG-9"]);
    expect(agent.log()).toMatch(/outside\.yaml.*TL460/);
    expect(agent.log()).toMatch(/long\.yaml.*TL462/);
  });

  it("refuses what it refuses without one, in the same words", async () => {
    const { directory, tripline, json } = place();
    const all = async () => {
      const refusals = [];
      for (const words of REFUSED) refusals.push(await tripline("change", ...words));
      return refusals;
    };
    const minuteless = (text: string) => text.replaceAll(/and it is \S+/g, "and it is NOW");
    await tripline("baseline", "learn", "--by", "ops", "--reason", "a state to announce in");
    const alone = await all();
    await agentIn(directory);
    const beside = await all();
    expect(beside.map(({ code, err }) => [code, /TL\d+/.exec(err)?.[0]])).toEqual([
      [2, "TL460"],
      [2, "TL460"],
      [2, "TL460"],
      [2, "TL460"],
      [2, "TL461"],
      [2, "TL462"],
      [2, "TL467"],
    ]);
    expect(beside.map(({ err }) => minuteless(err))).toEqual(alone.map(({ err }) => minuteless(err)));
    expect(await json("change", "list")).toEqual([]);
  });
});
