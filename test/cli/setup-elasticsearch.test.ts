import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AssetServer, type AssetServerOptions, assetServer } from "../support/elasticsearch/asset-server.ts";
import { freePort } from "../support/ports.ts";
import { directoryWith, run } from "./command-line.ts";

/** An installation with this server as its output, and the command that sets it up. */
async function against(options: AssetServerOptions = {}, keys = "") {
  const server = await assetServer(options);
  return { server, ...at(server.url, keys) };
}

function at(url: string, keys = "") {
  const output = `outputs: { elasticsearch: { url: "${url}"${keys} } }\n`;
  const directory = directoryWith({ "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\n${output}` });
  const setup = (...words: readonly string[]) =>
    run(["setup", "elasticsearch", ...words, "-c", "tripline.yaml"], directory);
  const states = async (...words: readonly string[]) => {
    const { out } = await setup(...words, "--json");
    const all: readonly { readonly name: string; readonly state: string }[] = JSON.parse(out);
    return all.map(({ state }) => state);
  };
  return { directory, setup, states };
}

const COUNT = 9;
const all = (state: string) => Array.from({ length: COUNT }, () => state);

describe("setup elasticsearch on a server of the full distribution", () => {
  it("makes everything once, in the order of dependence, and finds it there from then on", async () => {
    const { server, setup, states } = await against();
    const first = await setup();
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out.match(/ created$/gm)).toHaveLength(COUNT);
    expect(server.changes).toEqual([
      "PUT /_component_template/tripline@mappings",
      "PUT /_component_template/tripline@settings",
      "PUT /_ingest/pipeline/logs-tripline@pipeline",
      ...["anomaly", "audit", "observation", "scan"].map((family) => `PUT /_index_template/logs-tripline.${family}`),
      "PUT /_index_template/tripline-anomaly-current",
      "DELETE /_transform/tripline-anomaly-current",
      "PUT /_transform/tripline-anomaly-current",
      "POST /_transform/tripline-anomaly-current/_start",
    ]);
    const before = server.changes.length;
    for (const words of [["--dry-run"], ["--dry-run"], ["--diff"], []])
      expect(await states(...words)).toEqual(all("up to date"));
    expect(server.changes).toHaveLength(before);
  });

  it("a dry run names what it would do and does nothing", async () => {
    const { server, setup } = await against();
    const { code, out } = await setup("--dry-run");
    expect(code).toBe(0);
    expect(out.match(/ would create$/gm)).toHaveLength(COUNT);
    expect(server.changes).toEqual([]);
  });

  it.each([
    ["9.0.4", true, false, "Elasticsearch 9.0.4 has no failure store"],
    ["8.19.2", true, true, null],
    ["8.16.1", false, false, "Elasticsearch 8.16.1 has no logsdb indices"],
    ["9.1.0", true, true, null],
  ])("%s gets logsdb: %s, a failure store: %s", async (version, logsdb, failureStore, told) => {
    const { server, setup } = await against({ version });
    const { code, err } = await setup();
    expect(code).toBe(0);
    const settings = server.held.get("_component_template/tripline@settings")?.["template"].settings.index;
    expect(settings.mode).toBe(logsdb ? "logsdb" : undefined);
    const { template } = server.held.get("_index_template/logs-tripline.anomaly") ?? {};
    expect(template.data_stream_options).toEqual(failureStore ? { failure_store: { enabled: true } } : undefined);
    if (told === null) expect(err).toBe("");
    else expect(err).toContain(told);
    expect((await setup("--dry-run")).out.match(/ up to date$/gm)).toHaveLength(COUNT);
  });

  it("keeps what the configuration says, and updates it when that changes", async () => {
    const { server, setup } = await against({}, ", retention: { scan: 30d }");
    await setup();
    const retention = (family: string) =>
      server.held.get(`_index_template/logs-tripline.${family}`)?.["template"].lifecycle?.data_retention;
    expect([retention("scan"), retention("anomaly")]).toEqual(["30d", "365d"]);
    const other = at(server.url, ", retention: { scan: 45d }");
    const shown = await other.setup("--diff");
    expect(shown.out).toContain(
      "@@ index logs-tripline.scan @@\n- template.lifecycle.data_retention: 30d\n+ template.lifecycle.data_retention: 45d",
    );
    expect(retention("scan")).toBe("30d");
    await other.setup();
    expect(retention("scan")).toBe("45d");
  });

  it("leaves the life of the indices to a policy that the operator names", async () => {
    const { server, setup } = await against({}, ", ilm_policy: soc-logs");
    await setup();
    expect(server.held.get("_index_template/logs-tripline.scan")?.["template"].lifecycle).toBeUndefined();
    const settings = server.held.get("_component_template/tripline@settings")?.["template"].settings;
    expect(settings.index.lifecycle).toEqual({ name: "soc-logs" });
  });

  it("starts a transform again that was stopped", async () => {
    const { server, setup } = await against();
    await setup();
    server.running.clear();
    expect((await setup("--diff")).out).toContain("- running: false\n+ running: true");
    expect((await setup()).out).toMatch(/transform +tripline-anomaly-current +updated/);
    expect([...server.running]).toEqual(["tripline-anomaly-current"]);
  });

  it("takes away its own and nothing else, users first", async () => {
    const { server, setup, states } = await against();
    server.held.set("_index_template/logs-of-others", { index_patterns: ["x"] });
    await setup();
    expect(await states("--remove", "--dry-run")).toEqual(all("remove"));
    const { code, out } = await setup("--remove");
    expect(code).toBe(0);
    expect(out.match(/ removed$/gm)).toHaveLength(COUNT);
    expect([...server.held.keys()]).toEqual(["_index_template/logs-of-others"]);
    expect(await states("--remove")).toEqual(all("not there"));
  });
});

describe("setup elasticsearch leaves alone", () => {
  const key = "_index_template/logs-tripline.scan";
  const byHand = (server: AssetServer) => void (server.held.get(key)!["priority"] = 999);

  it("what was changed by hand, shows how, and undoes it only by force", async () => {
    const { server, setup } = await against();
    await setup();
    byHand(server);
    const left = await setup();
    expect(left.code).toBe(3);
    expect(left.out).toMatch(/index +logs-tripline.scan +changed by hand/);
    expect(left.err).toContain("index logs-tripline.scan was changed by hand, so it was left alone.");
    expect((await setup("--diff")).out).toContain("- priority: 999\n+ priority: 250");
    expect(server.held.get(key)?.["priority"]).toBe(999);
    expect(await setup("--force")).toMatchObject({ code: 0 });
    expect(server.held.get(key)?.["priority"]).toBe(250);
  });

  it("what was changed by hand, when it is to be removed", async () => {
    const { server, setup } = await against();
    await setup();
    byHand(server);
    const { err, code } = await setup("--remove");
    // What it is made of stays with it.
    expect(err).toContain("component templates [tripline@settings] cannot be removed");
    expect(code).toBe(4);
    expect(server.held.has(key)).toBe(true);
    expect(await setup("--remove", "--force")).toMatchObject({ code: 0 });
    expect([...server.held.keys()]).toEqual([]);
  });

  it("what belongs to somebody else, even by force", async () => {
    const { server, setup } = await against();
    server.held.set(key, { index_patterns: ["logs-tripline.scan-*"], priority: 7 });
    for (const words of [[], ["--force"], ["--remove", "--force"]]) {
      const { code, err } = await setup(...words);
      expect(code).not.toBe(0);
      expect(err).toContain("index logs-tripline.scan exists and does not belong to Tripline");
      expect(server.held.get(key)?.["priority"]).toBe(7);
    }
  });

  it("what a newer version installed", async () => {
    const { server, setup } = await against();
    await setup();
    server.held.get(key)!["_meta"].version = "99.0";
    server.held.get(key)!["priority"] = 251;
    const { code, out } = await setup("--force");
    expect(code).toBe(0);
    expect(out).toMatch(/index +logs-tripline.scan +newer/);
    expect(server.held.get(key)?.["priority"]).toBe(251);
  });

  it("nothing of what 0.1.0 installed, whose hash tells nothing about changes by hand", async () => {
    const { server, setup } = await against();
    server.held.set(key, {
      priority: 250,
      _meta: { managed_by: "tripline", version: "1.0", hash: "f7ca0255c8292dd9" },
    });
    expect((await setup()).out).toMatch(/index +logs-tripline.scan +updated/);
  });
});

describe("setup elasticsearch says what is wrong:", () => {
  it.each<[string, AssetServerOptions, number, readonly string[]]>([
    ["another product", { otherProduct: true }, 4, ["TL490", "not Elasticsearch", "--profile opensearch --to-dir"]],
    ["a version that is too old", { version: "7.17.28" }, 4, ["TL490", "7.17.28 is too old", "Upgrade the server."]],
    [
      "a key without the right for templates",
      { privileges: [] },
      77,
      ["TL491", "cluster privilege manage_index_templates"],
    ],
    [
      "a key without the right for pipelines",
      { privileges: ["manage_index_templates"] },
      77,
      ["TL491", "cluster privilege manage_ingest_pipelines"],
    ],
    [
      "a key without the right for transforms",
      { privileges: ["manage_index_templates", "manage_ingest_pipelines"] },
      77,
      ["TL491", "cluster privilege manage_transform"],
    ],
  ])("%s", async (_, options, exit, told) => {
    const { server, setup } = await against(options);
    for (const words of [["--dry-run"], []]) {
      const { code, err } = await setup(...words);
      expect(code).toBe(exit);
      for (const text of told) expect(err).toContain(text);
      expect(server.changes).toEqual([]);
    }
  });

  it("half an installation, which the next one completes", async () => {
    const { server, setup, states } = await against();
    server.refuse("PUT _ingest/pipeline", 400, "the disk of the master is full");
    const half = await setup();
    expect(half.code).toBe(4);
    expect(half.out).toMatch(/component +tripline@settings +created/);
    expect(half.out).toMatch(/pipeline +logs-tripline@pipeline +failed/);
    expect(half.out).toMatch(/index +logs-tripline.scan +not done/);
    expect(half.err).toContain("the disk of the master is full");
    expect(half.err).toContain(
      "7 of 9 were not done, the others stay as shown; running it again continues from there.",
    );
    server.refuse("PUT _ingest/pipeline", 503, "still");
    expect(await states()).toEqual([...all("up to date").slice(0, 2), "failed", ...all("not done").slice(3)]);
  });

  it.each([
    [
      "a stream that maps a field otherwise",
      {
        ".ds-logs-tripline.scan-default-2026.01.01-000001": {
          destination: { properties: { port: { type: "keyword" } } },
        },
      },
      "logs-tripline.scan-default maps destination.port as keyword instead of long",
      "POST /logs-tripline.scan-default/_rollover",
    ],
    [
      "an index where a stream should be",
      { "logs-tripline.scan-default": {} },
      "logs-tripline.scan-default is an index and not a data stream",
      "Reindex it",
    ],
    [
      "a stream that is older than a field",
      { ".ds-logs-tripline.scan-x-2026.01.01-000002": {} },
      "logs-tripline.scan-x does not map",
      "POST /logs-tripline.scan-x/_rollover",
    ],
  ])("%s", async (_, indices, what, fix) => {
    const mappings = Object.fromEntries(
      Object.entries(indices).map(([index, properties]) => [index, { mappings: { properties } }]),
    );
    const { setup } = await against({ mappings });
    const { code, err } = await setup();
    expect(code).toBe(3);
    expect(err).toContain(what);
    expect(err).toContain(fix);
  });

  it("words that contradict each other", async () => {
    const { setup } = at("http://127.0.0.1:1");
    expect(await setup("--to-dir", "x", "--remove")).toMatchObject({ code: 2 });
    expect(await setup("--diff", "--remove")).toMatchObject({ code: 2 });
  });
});

describe("setup elasticsearch without a server", () => {
  it("shows by a dry run what a new server would get, and says that it compared nothing", async () => {
    const { setup } = at(`http://127.0.0.1:${await freePort()}`);
    const { code, out, err } = await setup("--dry-run");
    expect(code).toBe(0);
    expect(out.match(/ would create$/gm)).toHaveLength(COUNT);
    expect(err).toMatch(/Nothing was compared.*ECONNREFUSED.*TL497/);
    expect(await setup()).toMatchObject({ code: 4 });
  });

  it.each([
    ["standard", ["component", "index", "install.sh", "pipeline", "transform"]],
    ["core", ["component", "index", "install.sh"]],
    ["opensearch", ["component", "index", "install.sh", "pipeline"]],
  ])("writes the files of %s", async (profile, entries) => {
    const { directory, setup } = at("http://127.0.0.1:1");
    const { code, out } = await setup("--to-dir", "assets", "--profile", profile);
    expect(code).toBe(0);
    expect(out).toContain("index/logs-tripline.anomaly.json");
    expect(readdirSync(join(directory, "assets")).toSorted()).toEqual(entries);
    const template = JSON.parse(readFileSync(join(directory, "assets/index/logs-tripline.anomaly.json"), "utf8"));
    expect(template._meta).toMatchObject({ managed_by: "tripline" });
  });

  it("writes them without an output of the kind in the configuration, too", async () => {
    const directory = directoryWith({ "tripline.yaml": "segment: office\ntargets: [10.0.0.0/24]\n" });
    const ran = await run(["setup", "elasticsearch", "--to-dir", "out", "-c", "tripline.yaml"], directory);
    expect(ran).toMatchObject({ code: 0 });
    expect(existsSync(join(directory, "out/pipeline/logs-tripline@pipeline.json"))).toBe(true);
  });

  it("refuses a folder that cannot be made", async () => {
    const { setup } = at("http://127.0.0.1:1");
    const { code, err } = await setup("--to-dir", "tripline.yaml/x");
    expect(code).not.toBe(0);
    expect(err).toContain("Name another folder with --to-dir.");
  });

  it("does not talk to OpenSearch", async () => {
    const { setup } = await against();
    const { code, err } = await setup("--profile", "opensearch");
    expect(code).toBe(4);
    expect(err).toContain("--profile opensearch --to-dir DIR");
  });
});

describe("doctor", () => {
  it("says whether the templates are there, and older or newer than this program", async () => {
    const { server, directory, setup } = await against();
    const checked = async () => {
      const { out } = await run(["doctor", "--json", "-c", "tripline.yaml"], directory);
      const checks: readonly { readonly name: string }[] = JSON.parse(out);
      return checks.find(({ name }) => name === "templates");
    };
    expect(await checked()).toMatchObject({ state: "error", detail: "missing", code: "TL130" });
    await setup();
    expect(await checked()).toMatchObject({ state: "ok", detail: "installed", code: null });
    const mark = server.held.get("_component_template/tripline@mappings")?.["_meta"];
    Object.assign(mark, { version: "1.0", hash: "2-0" });
    expect(await checked()).toMatchObject({ state: "warn", detail: "older than this program (1.0)", code: "TL496" });
    Object.assign(mark, { version: "99.0" });
    expect(await checked()).toMatchObject({ state: "ok", detail: "installed by a newer version (99.0)" });
  });
});
