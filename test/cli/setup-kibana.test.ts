import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeAuthority } from "../support/certificates.ts";
import { freePort } from "../support/ports.ts";
import { shippedBundle } from "../support/siem/bundle.ts";
import { type KibanaOptions, type KibanaServer, startKibana } from "../support/siem/kibana-server.ts";
import { tempDirOfMadeUpEvents } from "../support/temp-dir.ts";
import { directoryWith, type Ran, run } from "./command-line.ts";

const COUNT = 12;

/** A configuration with this Kibana, and a way to call `setup kibana` there. */
function place(kibana: string): {
  readonly directory: string;
  readonly setup: (...words: readonly string[]) => Promise<Ran>;
} {
  const directory = directoryWith({
    "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\nkibana: { ${kibana} }\n`,
    key: "the-key-nobody-may-read\n",
  });
  return { directory, setup: (...words) => run(["setup", "kibana", "-c", "tripline.yaml", ...words], directory) };
}

async function installed(options: KibanaOptions = {}) {
  const kibana = await startKibana(options);
  const { setup } = place(`url: ${kibana.url}`);
  expect(await setup()).toMatchObject({ code: 0, err: "" });
  return { kibana, setup };
}

function statesIn({ out }: Ran): readonly string[] {
  return (JSON.parse(out) as readonly { readonly state: string }[]).map(({ state }) => state);
}

function held(kibana: KibanaServer, space = "default"): readonly string[] {
  return [...kibana.objects(space).keys()].toSorted();
}

const SHIPPED = shippedBundle()
  .trimEnd()
  .split("\n")
  .slice(0, -1)
  .map((line) => JSON.parse(line) as { readonly id: string; readonly type: string });

describe("setup kibana", () => {
  it("installs everything that ships, and a second time changes nothing", async () => {
    const { kibana, setup } = await installed();
    expect(held(kibana)).toEqual(SHIPPED.map(({ type, id }) => `${type} ${id}`).toSorted());
    const before = [...kibana.objects().values()];
    const again = await setup("--json");
    expect(statesIn(again)).toEqual(Array.from({ length: COUNT }, () => "up to date"));
    expect([...kibana.objects().values()]).toEqual(before);
  });

  it("only looks with --dry-run, before and after", async () => {
    const kibana = await startKibana();
    const { setup } = place(`url: ${kibana.url}`);
    const first = await setup("--dry-run");
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toMatch(/dashboard +tripline-overview +would create/);
    expect(held(kibana)).toEqual([]);
    await setup();
    const after = await setup("--dry-run");
    expect(after.out).not.toContain("would");
    expect(kibana.requests.filter((one) => one.includes("_import"))).toHaveLength(COUNT);
  });

  it("shows what it would install where no Kibana can be asked", async () => {
    const { setup } = place(`url: http://127.0.0.1:${await freePort()}`);
    const { code, out, err } = await setup("--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/saved search +tripline-new-ports +would create/);
    expect(err).toMatch(/ECONNREFUSED.*TL497/);
  });

  it("writes the file for people who may not call the API, and asks nobody", async () => {
    const directory = directoryWith({ "tripline.yaml": "segment: office\ntargets: [10.0.0.0/24]\n" });
    // Lines that are no events.
    const out = tempDirOfMadeUpEvents();
    const ran = await run(["setup", "kibana", "--to-dir", out, "-c", "tripline.yaml"], directory);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain("Stack Management");
    expect(readdirSync(out)).toEqual(["tripline.ndjson"]);
    expect(readFileSync(join(out, "tripline.ndjson"), "utf8")).toBe(shippedBundle());
  });

  it("removes what is ours and leaves the rest", async () => {
    const { kibana, setup } = await installed();
    const other = { ...[...kibana.objects().values()][0], id: "theirs", type: "dashboard" };
    (kibana.objects() as Map<string, object>).set("dashboard theirs", other);
    expect(await setup("--remove", "--dry-run")).toMatchObject({ code: 0 });
    expect(held(kibana)).toHaveLength(COUNT + 1);
    const removed = await setup("--remove");
    expect(removed).toMatchObject({ code: 0, err: "" });
    expect(held(kibana)).toEqual(["dashboard theirs"]);
    expect(statesIn(await setup("--remove", "--json"))).toEqual(Array.from({ length: COUNT }, () => "not there"));
  });

  it("goes on where it was interrupted", async () => {
    const kibana = await startKibana();
    const { setup } = place(`url: ${kibana.url}`);
    kibana.refuseImport({ success: false, successCount: 0, errors: [] });
    const half = await setup();
    expect(half.code).toBe(4);
    expect(half.err).toMatch(/12 of 12 were not done/);
    expect(await setup()).toMatchObject({ code: 0, err: "" });
    expect(held(kibana)).toHaveLength(COUNT);
  });

  it("works with a base path, a space, a private authority and an API key", async () => {
    const authority = makeAuthority("Kibana test");
    const kibana = await startKibana({
      tls: authority.issue(),
      basePath: "/kibana",
      spaces: ["default", "soc"],
      authorization: "ApiKey the-key-nobody-may-read",
    });
    const { directory, setup } = place(
      `url: "${kibana.url}/", space: default, api_key: "\${file:key}", ca_file: ca.pem`,
    );
    writeFileSync(join(directory, "ca.pem"), authority.ca, { mode: 0o600 });
    expect(await setup("--space", "soc")).toMatchObject({ code: 0, err: "" });
    expect(held(kibana, "soc")).toHaveLength(COUNT);
    expect(held(kibana)).toEqual([]);
  });
});

describe("setup kibana, after somebody edited a dashboard", () => {
  const edit = (kibana: KibanaServer) =>
    kibana.edit("dashboard tripline-overview", (attributes) => ({ ...attributes, title: "Ours now", hits: 3 }));

  it("leaves it alone, says so, and shows what is different", async () => {
    const { kibana, setup } = await installed();
    edit(kibana);
    const told = await setup();
    expect(told.code).toBe(3);
    expect(told.err).toMatch(/dashboard tripline-overview was changed by hand.*TL492/s);
    expect(kibana.objects().get("dashboard tripline-overview")?.attributes["title"]).toBe("Ours now");
    const { out } = await setup("--diff");
    expect(out).toContain("- title: Ours now\n+ title: Tripline: overview");
  });

  it("replaces it with --force, and then knows it as its own again", async () => {
    const { kibana, setup } = await installed();
    edit(kibana);
    expect((await setup("--force")).out).toMatch(/dashboard +tripline-overview +updated/);
    expect(kibana.objects().get("dashboard tripline-overview")?.attributes["title"]).toBe("Tripline: overview");
    expect((await setup()).code).toBe(0);
  });

  it("does not call it changed when it was only saved again, with settings that Kibana adds", async () => {
    const { kibana, setup } = await installed();
    kibana.edit("dashboard tripline-overview", (attributes) => {
      const panels = JSON.parse(String(attributes["panelsJSON"])) as readonly object[];
      return { ...attributes, panelsJSON: JSON.stringify(panels.map((panel) => ({ ...panel, version: "9.1.0" }))) };
    });
    expect(statesIn(await setup("--json"))).toEqual(Array.from({ length: COUNT }, () => "up to date"));
  });

  it("sees a panel that was added or removed", async () => {
    const { kibana, setup } = await installed();
    kibana.edit("dashboard tripline-health", (attributes) => {
      const [first, ...rest] = JSON.parse(String(attributes["panelsJSON"])) as readonly object[];
      return { ...attributes, panelsJSON: JSON.stringify([...rest, { ...first, panelIndex: "mine" }]) };
    });
    const { out, code } = await setup("--diff");
    expect(code).toBe(3);
    expect(out).toContain("- panelsJSON.mine.type: lens");
    expect(out).toContain("+ panelsJSON.complete-scans.type: lens");
  });

  it("does not take a count of Discover in the data view for a change", async () => {
    const { kibana, setup } = await installed();
    kibana.edit("index-pattern tripline", (attributes) => {
      const fields = JSON.parse(String(attributes["fieldAttrs"])) as object;
      return { ...attributes, fieldAttrs: JSON.stringify({ ...fields, "host.name": { count: 4 } }) };
    });
    expect(statesIn(await setup("--json"))).toEqual(Array.from({ length: COUNT }, () => "up to date"));
  });

  it("does not take an upgrade of Kibana, which keeps objects in a newer form, for a change", async () => {
    const { kibana, setup } = await installed();
    kibana.upgrade((object) => {
      const { description, title, ...rest } = object.attributes;
      const attributes = { title, description, tabs: [{ id: "t", label: "Untitled", attributes: rest }] };
      return object.type === "search" ? { ...object, attributes } : object;
    });
    expect(statesIn(await setup("--json"))).toEqual(Array.from({ length: COUNT }, () => "up to date"));
    kibana.edit("search tripline-anomalies", (attributes) => attributes);
    expect(statesIn(await setup("--json"))).toEqual(Array.from({ length: COUNT }, () => "up to date"));
  });
});

describe("setup kibana, over other editions", () => {
  const withMark = (kibana: KibanaServer, mark: string) =>
    kibana.upgrade((object) => ({
      ...object,
      attributes: JSON.parse(
        JSON.stringify(object.attributes).replace(/\[Tripline content [^\]]*\]/, mark),
      ) as Readonly<Record<string, unknown>>,
    }));

  it("replaces an older one that nobody touched", async () => {
    const { kibana, setup } = await installed();
    withMark(kibana, "[Tripline content 0.9, 2-0123456789abcdef]");
    expect(new Set(statesIn(await setup("--json")))).toEqual(new Set(["update"]));
    expect(new Set(statesIn(await setup("--json")))).toEqual(new Set(["up to date"]));
  });

  it("leaves a newer one alone", async () => {
    const { kibana, setup } = await installed();
    withMark(kibana, "[Tripline content 99.0, 2-0123456789abcdef]");
    expect(new Set(statesIn(await setup("--json")))).toEqual(new Set(["newer"]));
  });

  it("leaves alone what has our id and is not ours", async () => {
    const { kibana, setup } = await installed();
    withMark(kibana, "");
    const { code, err } = await setup("--force");
    expect(code).toBe(3);
    expect(err).toMatch(/data view tripline exists and does not belong to Tripline.*TL493/s);
  });
});

describe("doctor", () => {
  async function checks(config: string) {
    const directory = directoryWith({ "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\n${config}` });
    const { out } = await run(["doctor", "--json", "-c", "tripline.yaml"], directory);
    const all = JSON.parse(out) as readonly { readonly group: string; readonly name: string }[];
    return all.filter(({ group }) => group === "kibana");
  }

  it("says nothing of Kibana where none is configured", async () => {
    expect(await checks("")).toEqual([]);
  });

  it("finds Kibana with everything in it", async () => {
    const { kibana } = await installed();
    expect(await checks(`kibana: { url: ${kibana.url} }\n`)).toMatchObject([
      { name: "connect", state: "ok", detail: `${kibana.url}, 9.1.0, space default` },
      { name: "content", state: "ok", detail: "12 of 12 up to date" },
    ]);
  });

  it("says what is missing or different, and how to mend it", async () => {
    const { kibana } = await installed();
    (kibana.objects() as Map<string, object>).delete("search tripline-new-ports");
    kibana.edit("dashboard tripline-host", (attributes) => ({ ...attributes, title: "Mine" }));
    expect(await checks(`kibana: { url: ${kibana.url} }\n`)).toMatchObject([
      { name: "connect", state: "ok" },
      {
        name: "content",
        state: "warn",
        detail: "10 of 12 up to date, 1 changed by hand, 1 missing",
        fix: "tripline setup kibana --diff shows the differences, tripline setup kibana installs what is missing or older",
        code: "TL502",
      },
    ]);
  });

  it("says that Kibana cannot be used, and that events do not need it", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await checks(`kibana: { url: ${url} }\n`)).toMatchObject([
      { name: "connect", state: "warn", effect: expect.stringContaining("do not need it"), code: "TL500" },
    ]);
  });
});

describe("setup kibana where it cannot be", () => {
  const elasticsearch = { status: 404, headers: { "x-elastic-product": "Elasticsearch" }, body: "{}" };
  const dashboards = { status: 200, headers: { "osd-name": "x" }, body: '{"version":{"number":"3.1.0"}}' };

  it.each<readonly [string, KibanaOptions, number, RegExp]>([
    ["Elasticsearch itself", { always: elasticsearch }, 4, /is Elasticsearch itself, no Kibana.*port 5601.*TL490/s],
    ["OpenSearch Dashboards", { always: dashboards }, 4, /is OpenSearch Dashboards, no Kibana.*TL490/s],
    [
      "some web page",
      { always: { status: 200, body: "<html>hello</html>" } },
      4,
      /something that is no Kibana.*TL490/s,
    ],
    [
      "a login page before it",
      { always: { status: 302, headers: { location: "https://login.example/" }, body: "" } },
      4,
      /leads on to https:\/\/login\.example\/.*TL490/s,
    ],
    ["a Kibana that is too old", { version: "8.18.4" }, 4, /Kibana 8\.18\.4 is too old, 8\.19 or newer.*TL490/s],
    [
      "a Kibana that has not started",
      { always: { status: 503, body: "Kibana server is not ready yet." } },
      4,
      /Kibana is not ready \(HTTP 503\).*TL151/s,
    ],
    [
      "wrong credentials",
      { authorization: "ApiKey other" },
      77,
      /does not accept the credentials.*kibana\.api_key.*TL491/s,
    ],
    ["credentials that see no version", { hidesVersion: true }, 77, /does not tell its version.*TL491/s],
    [
      "no right to read",
      { forbids: "_bulk_get" },
      77,
      /no right to read data view tripline \(space default.*"Saved Objects Management: All".*TL491/s,
    ],
    ["no right to write", { forbids: "_import" }, 77, /no right to import data view tripline.*12 of 12.*TL491/s],
    ["no right to see the space", { forbids: "/api/spaces" }, 77, /no right to see whether the space exists.*TL491/s],
  ])("says so: %s", async (_name, options, exit, told) => {
    const kibana = await startKibana(options);
    const { setup } = place(`url: ${kibana.url}`);
    const { code, err } = await setup();
    expect(err).toMatch(told);
    expect(code).toBe(exit);
    expect(held(kibana)).toEqual([]);
  });

  it("names the spaces that there are", async () => {
    const kibana = await startKibana({ spaces: ["default", "security"] });
    const { setup } = place(`url: ${kibana.url}, space: securty`);
    const { code, err } = await setup();
    expect(err).toMatch(/the space securty does not exist; there are default, security.*--space security/s);
    expect(code).toBe(4);
  });

  it("says what refuses the certificate, and never shows the key", async () => {
    const kibana = await startKibana({ tls: makeAuthority("unknown").issue() });
    const { setup } = place(`url: ${kibana.url}, api_key: "\${file:key}"`);
    const { code, err } = await setup();
    expect(err).toMatch(/certificate.*TL151/s);
    expect(err).not.toContain("the-key-nobody-may-read");
    expect(code).toBe(4);
  });

  it.each([
    ["a conflict", { type: "conflict" }, /in conflict with an object of another space/],
    [
      "several candidates",
      { type: "ambiguous_conflict", destinations: [] },
      /in conflict with an object of another space/,
    ],
    [
      "missing references",
      { type: "missing_references", references: [{ type: "index-pattern", id: "gone" }] },
      /refers to what is not there: index-pattern gone/,
    ],
    ["an unknown type", { type: "unsupported_type" }, /a type that this Kibana does not know/],
    ["anything else", { type: "unknown", message: "document too new", statusCode: 422 }, /document too new/],
  ])("says why an import was refused: %s", async (_name, error, told) => {
    const kibana = await startKibana();
    const { setup } = place(`url: ${kibana.url}`);
    kibana.refuseImport({
      success: false,
      successCount: 0,
      errors: [{ type: "index-pattern", id: "tripline", error }],
    });
    const { code, err } = await setup();
    expect(err).toMatch(told);
    expect(err).toContain("TL151");
    expect(code).toBe(4);
  });

  it.each([
    ["nothing of it", "{}", 2, /kibana is not configured.*Add kibana to the configuration.*TL150/s],
    ["no address", "{ space: soc }", 78, /kibana\.url/],
    ["an address of another kind", "{ url: ftp://x }", 78, /kibana\.url/],
    ["half a login", "{ url: https://k, username: soc }", 78, /kibana\.username.*password is missing/],
    ["a space with a slash", "{ url: https://k, space: a/b }", 78, /id of a space/],
    ["a certificate that is not there", "{ url: https://k, ca_file: gone.pem }", 78, /kibana\.ca_file.*cannot be read/],
  ])("refuses a configuration with %s", async (_name, kibana, exit, told) => {
    const text = kibana === "{}" ? "" : `kibana: ${kibana}\n`;
    const directory = directoryWith({ "tripline.yaml": `segment: office\ntargets: [10.0.0.0/24]\n${text}` });
    const { code, err } = await run(["setup", "kibana", "-c", "tripline.yaml"], directory);
    expect(err).toMatch(told);
    expect(code).toBe(exit);
    expect(existsSync(join(directory, "tripline.ndjson"))).toBe(false);
  });
});
