import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Kept } from "../support/siem/detection-engine.ts";
import { type KibanaOptions, type KibanaServer, startKibana } from "../support/siem/kibana-server.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { directoryWith, type Ran, run } from "./command-line.ts";

const RULES = readFileSync(new URL("../../rules/generated/elastic/tripline-rules.ndjson", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line): Kept => JSON.parse(line));
const COUNT = RULES.length + 2;
const REMOTE_ADMIN = "0b7a6a52-3c1e-4d0a-9a55-6a1f4d2c7e10";

function setupAt(url: string, more = "vantage: { seen_as: [10.0.0.5] }\n") {
  const text = `segment: office\ntargets: [10.0.0.0/24]\n${more}${url === "" ? "" : `kibana: { url: ${url} }\n`}`;
  const directory = directoryWith({ "tripline.yaml": text });
  return (...words: readonly string[]): Promise<Ran> =>
    run(["setup", "rules", "-c", "tripline.yaml", ...words], directory);
}

async function installed(options: KibanaOptions = {}) {
  const kibana = await startKibana(options);
  const setup = setupAt(kibana.url);
  expect(await setup()).toMatchObject({ code: 0 });
  return { kibana, setup };
}

function statesIn({ out }: Ran): readonly string[] {
  return (JSON.parse(out) as readonly { readonly state: string }[]).map(({ state }) => state);
}

function change(kibana: KibanaServer, id: string, to: Kept): void {
  const { rules } = kibana.engine();
  rules.set(id, { ...rules.get(id), ...to });
}

const all = (state: string) => Array.from({ length: COUNT }, () => state);

describe("setup rules", () => {
  it("installs every rule switched off, and the list for our own scanner; a second time changes nothing", async () => {
    const { kibana, setup } = await installed();
    const { rules, lists } = kibana.engine();
    expect([...rules.keys()].toSorted()).toEqual(RULES.map((rule) => String(rule["rule_id"])).toSorted());
    expect([...rules.values()].filter(({ enabled }) => enabled !== false)).toEqual([]);
    expect(lists.get("tripline-own-scanner")).toMatchObject({ type: "detection" });
    const entries = [{ field: "source.ip", type: "match_any", operator: "included", value: ["10.0.0.5"] }];
    expect(lists.get("tripline-own-scanner-addresses")).toMatchObject({ entries, list_id: "tripline-own-scanner" });
    const before = [...rules.values()];
    expect(statesIn(await setup("--json"))).toEqual(all("up to date"));
    expect([...rules.values()]).toEqual(before);
    const look = await setup("--dry-run");
    expect(look.out).not.toContain("would");
  });

  it("only looks with --dry-run", async () => {
    const kibana = await startKibana();
    const { code, out } = await setupAt(kibana.url)("--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/rule +remote-admin-appeared +would create/);
    expect(kibana.engine().rules.size).toBe(0);
  });

  it("keeps what its users decided: on, whom it tells, what is excepted", async () => {
    const { kibana, setup } = await installed();
    const own = { enabled: true, actions: [{ id: "mail" }], exceptions_list: [{ list_id: "ours" }] };
    change(kibana, REMOTE_ADMIN, own);
    expect(statesIn(await setup("--json"))).toEqual(all("up to date"));
    const tags = ["Tripline", "Tripline pack 0.9 (2-0123456789abcdef)"];
    change(kibana, REMOTE_ADMIN, { tags, description: "An older text." });
    expect(statesIn(await setup("--json", "--force")).filter((state) => state === "update")).toHaveLength(1);
    expect(kibana.engine().rules.get(REMOTE_ADMIN)).toMatchObject({
      ...own,
      description: expect.stringMatching(/^SSH/),
    });
  });

  it("shows what somebody changed, and overwrites it only with --force", async () => {
    const { kibana, setup } = await installed();
    change(kibana, REMOTE_ADMIN, { query: "host.name: x" });
    const diff = await setup("--diff");
    expect(diff.out).toContain("- query: host.name: x");
    const { code, err } = await setup();
    expect(code).toBe(3);
    expect(err).toMatch(/rule remote-admin-appeared.*TL492/s);
    expect(kibana.engine().rules.get(REMOTE_ADMIN)).toMatchObject({ query: "host.name: x" });
    expect(await setup("--force")).toMatchObject({ code: 0 });
    expect(statesIn(await setup("--json"))).toEqual(all("up to date"));
  });

  it("leaves a rule of somebody else with the same id alone", async () => {
    const { kibana, setup } = await installed();
    change(kibana, REMOTE_ADMIN, { tags: ["mine"] });
    const { code, err } = await setup("--force");
    expect(code).toBe(3);
    expect(err).toMatch(/remote-admin-appeared exists and does not belong to Tripline.*TL493/s);
  });

  it("follows the addresses of the configuration", async () => {
    const { kibana } = await installed();
    const moved = setupAt(kibana.url, "vantage: { seen_as: [10.0.0.6, 192.0.2.1] }\n");
    expect(statesIn(await moved("--json")).filter((state) => state === "update")).toHaveLength(1);
    const item = kibana.engine().lists.get("tripline-own-scanner-addresses");
    expect(item).toMatchObject({ entries: [{ value: ["10.0.0.6", "192.0.2.1"] }] });
  });

  it("says what is missing where no address is known, and installs the rules", async () => {
    const kibana = await startKibana();
    const { code, err } = await setupAt(kibana.url, "")();
    expect(code).toBe(0);
    expect(err).toContain("set vantage.seen_as");
    expect(kibana.engine().rules.size).toBe(RULES.length);
    expect(kibana.engine().lists.size).toBe(0);
  });

  it("removes what is ours and leaves the rest", async () => {
    const { kibana, setup } = await installed();
    kibana.engine().rules.set("theirs", { rule_id: "theirs", tags: [] });
    expect(await setup("--remove")).toMatchObject({ code: 0 });
    expect([...kibana.engine().rules.keys()]).toEqual(["theirs"]);
    expect(kibana.engine().lists.size).toBe(0);
  });

  it("installs into another space", async () => {
    const kibana = await startKibana({ spaces: ["default", "soc"] });
    expect(await setupAt(kibana.url)("--space", "soc")).toMatchObject({ code: 0 });
    expect(kibana.engine().rules.size).toBe(0);
    expect(kibana.engine("soc").rules.size).toBe(RULES.length);
  });
});

describe("alerts that would come twice", () => {
  const STOCK = "eb079c62-4481-4d6e-9643-3ca499df7aaa";

  it.each([
    [true, true, 3],
    [true, false, 0],
    [false, true, 0],
  ])("stock rule on: %s, one of ours on: %s → exit %i", async (stock, ours, exit) => {
    const { kibana, setup } = await installed();
    kibana.engine().rules.set(STOCK, { rule_id: STOCK, enabled: stock, tags: [] });
    change(kibana, REMOTE_ADMIN, { enabled: ours });
    const { code, err } = await setup();
    expect(code).toBe(exit);
    expect(err.includes("alerts come twice")).toBe(exit === 3);
    expect(err).toContain("event.module: tripline");
  });
});

describe("files for other systems", () => {
  it("are written without a Kibana, with the pages where they can be read", async () => {
    const out = tempDirOfMadeUpEvents();
    const setup = setupAt("", "vantage: { seen_as: [10.0.0.5] }\ndocs_base: https://wiki.example/t/\n");
    expect(await setup("--to-dir", out)).toMatchObject({ code: 0 });
    expect(readdirSync(out).toSorted()).toEqual(["elastalert", "elastic", "exceptions", "prometheus", "sigma"]);
    const rules = readFileSync(join(out, "elastic/tripline-rules.ndjson"), "utf8");
    expect(rules).toContain('"https://wiki.example/t/docs/rules/remote-admin-appeared.md"');
    expect(readFileSync(join(out, "exceptions/addresses.txt"), "utf8")).toBe("10.0.0.5\n");
    expect(readFileSync(join(out, "exceptions/sigma-filter.yml"), "utf8")).toContain("- '10.0.0.5'");
  });

  it("have no exceptions where no address is known", async () => {
    const out = tempDirOfMadeUpEvents();
    expect(await setupAt("", "")("--to-dir", out)).toMatchObject({ code: 0 });
    expect(readdirSync(out).toSorted()).toEqual(["elastalert", "elastic", "prometheus", "sigma"]);
  });
});

describe("setup rules where it cannot be", () => {
  it.each<readonly [string, KibanaOptions, number, RegExp]>([
    ["a Kibana without Elastic Security", { security: false }, 4, /no detection engine.*--to-dir.*TL490/s],
    ["a Kibana that is too old", { version: "8.17.0" }, 4, /too old.*TL490/s],
    ["no right to read rules", { forbids: "detection_engine" }, 77, /"Security: All" in space default.*TL491/s],
    ["no right to import", { forbids: "_import" }, 77, /no right to import rule.*"Security: All".*TL491/s],
  ])("says so: %s", async (_name, options, exit, told) => {
    const kibana = await startKibana(options);
    const { code, err } = await setupAt(kibana.url)();
    expect(err).toMatch(told);
    expect(code).toBe(exit);
    expect(kibana.engine().rules.size).toBe(0);
  });

  it("says that no Kibana is configured, with the key to add", async () => {
    const { code, err } = await setupAt("")();
    expect(code).toBe(2);
    expect(err).toMatch(/kibana is not configured.*Add kibana to the configuration.*TL150/s);
  });
});
