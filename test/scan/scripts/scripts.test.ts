import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nmapXml, type PortSpec, type ScriptNode, type ScriptSpec } from "../../support/nmap-xml.ts";
import { readText } from "../xml/collect.ts";

async function port(spec: Omit<PortSpec, "port">) {
  const document = await readText(nmapXml({ hosts: [{ address: "10.0.0.1", ports: [{ port: 22, ...spec }] }] }));
  const found = document.hosts[0]?.ports[0];
  if (found === undefined) throw new Error(JSON.stringify(document.problems));
  return { ...found, truncated: document.hosts[0]?.truncated, tally: document.tally };
}

async function script(spec: Partial<ScriptSpec>) {
  return (await port({ scripts: [{ id: "x", ...spec }] })).scripts[0];
}

describe("script results", () => {
  it("are maps, lists and text, as the script returned them", async () => {
    expect((await script({ value: { schema: "1", list: ["a", "b"], table: { k: "v" } } }))?.value).toEqual(
      new Map<string, unknown>([
        ["schema", "1"],
        ["list", ["a", "b"]],
        ["table", new Map([["k", "v"]])],
      ]),
    );
  });

  it("keep the ordinary keys that JavaScript treats specially", async () => {
    const value = (await script({ value: { ["__proto__"]: "a", constructor: "b" } }))?.value;
    expect(value instanceof Map && value.get("constructor")).toBe("b");
  });

  it("are no observation when the script threw", async () => {
    const threw = await port({
      scripts: [{ id: "x", output: "\n  ERROR: Script execution failed (use -d to debug)", value: { k: "v" } }],
    });
    expect(threw.scripts[0]).toMatchObject({ value: null, failed: true });
    expect(threw.tally.scriptErrors).toEqual(["x"]);
  });

  it("are no value when they are free text", async () => {
    expect(await script({ output: "hello" })).toMatchObject({ value: null, output: "hello", failed: false });
  });

  it("may be several on one port", async () => {
    expect((await port({ scripts: [{ id: "a" }, { id: "b" }] })).scripts.map((s) => s.id)).toEqual(["a", "b"]);
  });

  it("are bounded in depth, number and size, and say so", async () => {
    const deep = Array.from({ length: 40 }).reduce<ScriptNode>((inner) => ({ k: inner }), "bottom");
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, "v"]));
    for (const value of [deep, wide, { big: "y".repeat(100_000) }]) {
      const read = await port({ scripts: [{ id: "x", value }] });
      expect(read.truncated).toEqual(["script"]);
      expect(JSON.stringify(read.scripts[0]?.value, (_, v) => (v instanceof Map ? [...v] : v)).length).toBeLessThan(
        20_000,
      );
    }
  });

  it("with an id that is no file name are dropped", async () => {
    expect((await port({ scripts: [{ id: "../x y" }] })).scripts).toEqual([]);
  });
});

describe("the identity of a port", () => {
  it("is a digest per type of SSH key, the one that OpenSSH shows, in whatever order they came", async () => {
    const keys = (...list: readonly (readonly [string, string])[]) =>
      port({ scripts: [{ id: "ssh-hostkey", value: list.map(([type, key]) => ({ type, key })) }] });
    const digest = (key: string) => createHash("sha256").update(Buffer.from(key, "base64")).digest("hex");
    const expected = `ssh-ed25519:${digest("AAAA")} ssh-rsa:${digest("BBBB")}`;
    expect((await keys(["ssh-rsa", "BBBB"], ["ssh-ed25519", "AAAA"])).identity?.values["ssh"]).toBe(expected);
    expect((await keys(["ssh-ed25519", "AAAA"], ["ssh-rsa", "BBBB"])).identity?.values["ssh"]).toBe(expected);
    expect((await keys(["bad type", "AAAA"])).identity?.values["ssh"]).toBe(digest("AAAA"));
  });

  it("has a kind of its own where only fingerprints or a modulus are known", async () => {
    const read = async (id: string, value: ScriptNode) => (await port({ scripts: [{ id, value }] })).identity;
    const ssh = await read("ssh-hostkey", [{ type: "ssh-rsa", fingerprint: "AB".repeat(16) }]);
    expect(ssh?.values["ssh"]).toMatch(/^ssh-rsa:md5:[\da-f]{64}$/);
    const certificate = await read("ssl-cert", { sha1: "ab".repeat(20), pubkey: { type: "rsa" } });
    expect(certificate?.values["tls"]).toMatch(/^certificate:[\da-f]{64}$/);
    const key = await read("ssl-cert", { sha1: "ab".repeat(20), pubkey: { modulus: "AB".repeat(128) } });
    expect(key?.values["tls"]).toMatch(/^modulus:[\da-f]{64}$/);
    expect(await read("ssl-cert", { pubkey: { modulus: "userdata: 0x55d0" } })).toBeNull();
  });

  it("is the normalised banner of a schema that is known", async () => {
    const banner = async (value: Record<string, string>) =>
      (await port({ scripts: [{ id: "tripline-banner", value }] })).identity?.values["banner"] ?? null;
    expect(await banner({ schema: "1", norm: "SSH-2.0-OpenSSH", norm_sha256: "x" })).toBe("SSH-2.0-OpenSSH");
    expect(await banner({ schema: "2", norm: "SSH-2.0-OpenSSH" })).toBeNull();
    expect(await banner({ schema: "1", error: "timeout" })).toBeNull();
  });

  it("is null when nothing identifies it, and when the script failed", async () => {
    expect((await port({ service: { name: "ssh" } })).identity).toBeNull();
    const failed = { id: "tripline-banner", output: "ERROR: x", value: { schema: "1", norm: "n" } };
    expect((await port({ scripts: [failed] })).identity).toBeNull();
  });

  it("survives a certificate that nobody can read", async () => {
    const value = {
      subject: { commonName: "a" },
      validity: { notAfter: "2030-01-02T03:04:05" },
      pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    };
    expect((await port({ scripts: [{ id: "ssl-cert", value }] })).identity).toEqual({
      values: {},
      certificate: { subject: "a", notAfter: Date.UTC(2030, 0, 2, 3, 4, 5) },
    });
  });
});

describe("a service", () => {
  it("keeps a version that looks like a number as text", async () => {
    expect((await port({ service: { name: "http", product: "x", version: "1.10" } })).service?.version).toBe("1.10");
  });

  it("tells a table entry from an answer", async () => {
    expect((await port({ service: { name: "jetdirect" } })).service).toMatchObject({
      method: "table",
      confidence: 3,
      product: null,
    });
  });

  it("decodes the escapes in its fields, then cleans them", async () => {
    expect((await port({ service: { name: "x", product: "B\\xC3\\xA4r \\x1b[31mred" } })).service?.product).toBe(
      "Bär red",
    );
  });

  it("says what was cut", async () => {
    expect(await port({ service: { name: "x", product: "y".repeat(600) } })).toMatchObject({ truncated: ["product"] });
  });

  it("of a closed port is no observation", async () => {
    expect((await port({ state: "closed", service: { name: "ssh" } })).service).toBeNull();
  });
});
