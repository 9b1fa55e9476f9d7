import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { HostSpec, PortSpec, ScriptNode } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { but, httpPort, segment, sshPortOf } from "./segment.ts";

const TEN = segment(10);
const withKeys = (keys: Readonly<Record<string, string>>) =>
  but(TEN, 3, (h): HostSpec => ({ ...h, ports: [sshPortOf(keys), httpPort("1.24.0")] }));
const RSA = { "ssh-rsa": "an rsa key" };
const BOTH = { ...RSA, "ssh-ed25519": "an ed25519 key" };
const CHANGED = ["hostkey-changed 10.0.0.4:22/tcp"];

describe("SSH host keys of recorded scans", () => {
  it.each([
    ["all keys replaced", [BOTH, { "ssh-rsa": "x", "ssh-ed25519": "y" }], CHANGED],
    ["one of several keys replaced", [BOTH, { ...BOTH, "ssh-ed25519": "y" }], CHANGED],
    ["only keys of another type", [RSA, { "ssh-ed25519": "y" }], CHANGED],
    ["a key that the scan did not get this time", [BOTH, RSA, BOTH], []],
    ["a key of a further type beside the known one", [RSA, BOTH, BOTH], []],
    ["the further type is remembered: its replacement is news", [RSA, BOTH, { ...RSA, "ssh-ed25519": "y" }], CHANGED],
    [
      "replaced keys of which the next scan gets only one",
      [BOTH, { "ssh-rsa": "x", "ssh-ed25519": "y" }, { "ssh-rsa": "x" }],
      CHANGED,
    ],
    ["back to the known keys, of which only one was got", [BOTH, { "ssh-rsa": "x" }, RSA], [`${CHANGED[0]} resolved`]],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series.map(withKeys)))).toEqual(expected);
  });

  it("fingerprints alone are compared as well", async () => {
    const printed = (digit: string) =>
      but(TEN, 3, (h) => ({
        ...h,
        ports: [script("ssh-hostkey", [{ type: "ssh-rsa", fingerprint: digit.repeat(32) }], 22)],
      }));
    expect(told(await play([printed("a"), printed("b")]))).toEqual(CHANGED);
    expect(told(await play([printed("a"), printed("a")]))).toEqual([]);
  });

  it("a machine without MAC that kept one of its keys moved, it is not another one", async () => {
    const bare = (hosts: readonly HostSpec[]) => hosts.map((h) => ({ ...h, mac: null, names: [] }));
    const moved = but(withKeys({ ...BOTH, "ssh-rsa": "x" }), 3, (h) => ({ ...h, address: "10.0.0.77" }));
    expect(told(await play([bare(withKeys(BOTH)), bare(moved)]))).toEqual([
      "host-moved 10.0.0.77",
      "hostkey-changed 10.0.0.77:22/tcp",
    ]);
  });
});

function script(id: string, value: ScriptNode, port: number): PortSpec {
  return { port, service: { name: "x", method: "probed" }, scripts: [{ id, output: "x", value }] };
}

function pem(name: string): ScriptNode {
  return { subject: { commonName: "app0" }, pem: readFileSync(`test/fixtures/certificates/${name}.pem`, "utf8") };
}

describe("certificates of recorded scans", () => {
  const withCertificate = (value: ScriptNode) =>
    but(TEN, 3, (h) => ({ ...h, ports: [script("ssl-cert", value, 443)] }));
  const OTHER = ["certificate-changed 10.0.0.4:443/tcp"];
  const print = (digit: string, modulus?: string): ScriptNode => ({
    sha1: digit.repeat(40),
    pubkey: { type: "rsa", bits: "2048", ...(modulus === undefined ? {} : { modulus: modulus.repeat(64) }) },
  });

  it.each<[string, readonly ScriptNode[], readonly string[]]>([
    ["renewed with the same key is nothing", [pem("first"), pem("renewed")], []],
    ["another key is news", [pem("first"), pem("other-key")], OTHER],
    ["and over when the known key is back", [pem("first"), pem("other-key"), pem("renewed")], [`${OTHER[0]} resolved`]],
    ["without PEM the modulus decides", [print("a", "c0ffee"), print("b", "c0ffee")], []],
    ["another modulus", [print("a", "c0ffee"), print("b", "c0ffed")], OTHER],
    ["without either the fingerprint is all there is", [print("a"), print("b"), print("a")], [`${OTHER[0]} resolved`]],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series.map(withCertificate)))).toEqual(expected);
  });
});
