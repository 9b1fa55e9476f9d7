import { describe, expect, it } from "vitest";
import { effectiveValues } from "../../src/config/effective.ts";
import type { LoadedConfig } from "../../src/config/load.ts";
import { redactor } from "../../src/config/redact.ts";
import { bareUrl, urlLogin } from "../../src/config/url-secrets.ts";
import { publicUrl } from "../../src/config/settings.ts";
import { options, settingsOf } from "../../src/deliver/sinks/elasticsearch/options.ts";
import { parseConfig } from "../support/configuration.ts";

const HEAD = "segment: a\ntargets: [10.0.0.0/24]\n";

function loaded(more: string) {
  const at = {
    path: "tripline.yaml",
    directory: "/",
    environment: { KEY: "fromTheEnvironment1" },
    now: 1_800_000_000_000,
  };
  const result = parseConfig(`${HEAD}${more}\n`, at);
  if (!result.ok) throw new Error(result.error.text);
  return result.value;
}

function shown(more: string, path: string): string | undefined {
  return effectiveValues(loaded(more)).find((value) => value.path === path)?.value;
}

/** What the client of an output would be made with. */
function elasticsearchSettings({ config, directory, secrets }: LoadedConfig) {
  const { kind: _, backfill: __, ...written } = config.outputs["elasticsearch"] ?? {};
  const secret = (key: string) => secrets.get(`outputs.elasticsearch.${key}`)?.reveal();
  return settingsOf(options.parse(written), { directory, secret });
}

const es = (more: string) => `outputs: { elasticsearch: { ${more} } }`;

describe("a URL in the configuration is shown", () => {
  it.each([
    ["https://elastic:pw@h:9200", "https://[secret]@h:9200"],
    ["https://elastic:p%40w@h/path", "https://[secret]@h/path"],
    ["https://token@h", "https://[secret]@h"],
    ["https://u:p@w@h", "https://[secret]@h"],
    ["https://h/?token=abc&n=1", "https://h/?token=[secret]&n=[secret]"],
    ["https://h:9200/path", "https://h:9200/path"],
    ["https://h/a@b", "https://h/a@b"],
    ["http://[::1]:9200", "http://[::1]:9200"],
  ])("%s → %s", (url, expected) => {
    expect(shown(es(`url: "${url}"`), "outputs.elasticsearch.url")).toBe(expected);
    expect(shown(`public_url: "${url}"`, "public_url")).toBe(expected);
  });
});

describe("a login in the URL of Elasticsearch", () => {
  it.each([
    ["https://elastic:p%40w@h:9200/p", { username: "elastic", password: "p@w" }],
    ["https://elastic:%zz@h:9200/p", { username: "elastic", password: "%zz" }],
    ["https://token@h:9200/p", null],
    ["https://h:9200/p", null],
  ])("%s logs in, and the client's address is without it", (url, auth) => {
    expect(elasticsearchSettings(loaded(es(`url: "${url}"`)))).toMatchObject({ url: "https://h:9200/p", auth });
    expect(urlLogin(url)).toEqual(auth);
  });

  it("goes before username and password, and after an API key", () => {
    const url = 'url: "https://u:fromUrl@h"';
    const both = elasticsearchSettings(loaded(es(`${url}, username: v, password: other`)));
    expect(both?.auth).toEqual({ username: "u", password: "fromUrl" });
    expect(elasticsearchSettings(loaded(es(`${url}, api_key: k`)))?.auth).toEqual({ apiKey: "k" });
  });

  it("is a warning with its place and where it belongs", () => {
    const { warnings, warningText } = loaded(es('url: "https://u:p@h"'));
    expect(warnings).toMatchObject([
      { path: "outputs.elasticsearch.url", line: 3, hint: expect.stringContaining("${file:PATH}") },
    ]);
    expect(warningText).toContain('3 | outputs: { elasticsearch: { url: "https://[secret]@h" } }');
  });
});

describe("events link to the page of the agent", () => {
  it.each([
    ["https://page.example/x", "https://page.example/x"],
    ["https://u:pw@page.example/x?token=abc#d", "https://page.example/x"],
  ])("%s as %s: they go to others", (url, expected) => {
    expect(publicUrl(loaded(`public_url: "${url}"`))).toBe(expected);
    expect(bareUrl(url)).toBe(expected);
  });
});

describe("text that leaves the process loses", () => {
  const { redact } = loaded(
    `${es('url: "https://u:in%2FUrl:1@h", api_key: "${env:KEY}"')}\nlabels: { office: berlin }`,
  );

  it.each([
    ["a secret as it is written", "at in%2FUrl:1@h"],
    ["a secret as it is meant", "Error: in/Url:1"],
    ["a secret from a reference", "sent fromTheEnvironment1"],
    ["a secret inside a word", "xfromTheEnvironment1x"],
    ["a secret in JSON", JSON.stringify({ a: "in/Url:1" })],
    ["a login in a header", `Basic ${Buffer.from("u:in/Url:1").toString("base64")}`],
    ["a secret behind one more letter in a header", Buffer.from("uv:fromTheEnvironment1").toString("base64")],
    ["a secret behind two more letters in a header", Buffer.from("uvw:fromTheEnvironment1").toString("base64")],
  ])("%s", (_, text) => {
    expect(redact(text)).toContain("[secret]");
  });

  it.each(["refused fromTheEnv", "refused fromTheEnvironme; check the key"])(
    "the beginning of a secret: %s",
    (text) => {
      expect(redact(text)).toMatch(/^refused \[secret\](; check the key)?$/);
    },
  );

  it("nothing else", () => {
    const text = "https://h:9200 office berlin 10.0.0.0/24 u";
    expect(redact(text)).toBe(text);
  });
});

describe("a secret that is an ordinary word", () => {
  it.each([
    ["elasticsearch", "output elasticsearch: refused"],
    ["berlin", "office berlin, 3 hosts"],
    ["1", "1 error, 11 warnings"],
  ])("%s is hidden in its place, and does not turn other text into a riddle", (word, text) => {
    const { redact } = loaded(
      `${es(`url: "https://h", username: u, password: "${word}"`)}\nlabels: { office: berlin }`,
    );
    expect(redact(text)).toBe(text);
  });

  it("of four to seven letters is found as a word, and not inside of others", () => {
    expect(redactor(["test"])("test, latest, (test)")).toBe("[secret], latest, ([secret])");
  });

  it("that holds signs of regular expressions is taken as it is", () => {
    expect(redactor(["a.b*c(d[e\\f/g-h"])("x a.b*c(d[e\\f/g-h aXb*c")).toBe("x [secret] aXb*c");
  });
});
