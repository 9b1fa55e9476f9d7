import { describe, expect, it } from "vitest";
import type { HostSpec, PortSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { but, httpPort, mac, plus, segment, sshPort } from "./segment.ts";

const TEN = segment(10);
const on = (port: number, one: PortSpec): PortSpec => ({ ...one, port });
const ssh = (key: string, version = "9.2p1"): PortSpec => ({
  ...on(222, sshPort(key)),
  service: { name: "ssh", product: "OpenSSH", version },
});
const web = (version: string, product = "nginx"): PortSpec => ({
  port: 222,
  service: { name: "http", product, version, method: "probed" },
});
const unknown: PortSpec = { port: 222 };
/** The fourth host with one more port, open since the second scan. */
const shows = (...later: readonly PortSpec[]) => [TEN, ...later.map((port) => but(TEN, 3, (h) => plus(h, port)))];
const OPENED = "port-opened 10.0.0.4:222/tcp";
const KEY = "hostkey-changed 10.0.0.4:222/tcp";
const SERVICE = "service-changed 10.0.0.4:222/tcp";
const DOWN = "version-downgraded 10.0.0.4:222/tcp";

describe("what changes on a port that opened and nobody accepted", () => {
  it.each<readonly [string, readonly (readonly HostSpec[])[], readonly string[]]>([
    ["another host key is an anomaly of its own", shows(ssh("a"), ssh("b"), ssh("b")), [KEY, OPENED]],
    ["another product", shows(web("1.26.0"), web("2.4.1", "Apache httpd")), [OPENED, SERVICE]],
    ["another protocol", shows(web("1.26.0"), ssh("a")), [OPENED, SERVICE]],
    ["an older version", shows(web("1.26.0"), web("1.20.0")), [OPENED, DOWN]],
    ["a newer version is noted on the open anomaly", shows(web("1.26.0"), web("1.27.0"), web("1.28.0")), [OPENED]],
    ["going back from an upgrade is a downgrade", shows(web("1.26.0"), web("1.27.0"), web("1.26.0")), [OPENED, DOWN]],
    ["what is identified later is no change", shows(unknown, ssh("a"), unknown, ssh("a")), [OPENED]],
    ["but a change after that is", shows(unknown, ssh("a"), unknown, ssh("b")), [KEY, OPENED]],
    ["back to the first key", shows(ssh("a"), ssh("b"), ssh("a")), [`${KEY} resolved`, OPENED]],
    [
      "a third key supersedes the second",
      shows(ssh("a"), ssh("b"), ssh("c")),
      [`${KEY} resolved`, KEY, OPENED].toSorted(),
    ],
    ["over with the port", [...shows(ssh("a"), ssh("b")), TEN, TEN], [`${KEY} resolved`, `${OPENED} resolved`]],
    [
      "what opens there later is compared with nothing",
      [...shows(ssh("a")), TEN, TEN, ...shows(web("1.26.0"), web("1.26.0")).slice(1)],
      [OPENED],
    ],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series)).toSorted()).toEqual(expected.toSorted());
  });

  it("an upgrade is told as an update with both versions, once", async () => {
    const json = await play(shows(web("1.26.0"), web("1.27.0"), web("1.27.0")));
    expect(json.cycles.map((c) => c.anomalies.length)).toEqual([0, 1, 1, 0]);
    expect(json.anomalies.map((a) => a.message)).toEqual([
      "Open port 222/tcp on app3.corp.example (10.0.0.4) now shows version 1.27.0 instead of 1.26.0.",
    ]);
  });

  it.each<readonly [string, readonly PortSpec[], number]>([
    ["a protocol that is named one way or the other", [web("1.26.0"), { ...unknown, service: named("rtsp") }], 1],
    ["one of two keys", [ssh("a"), ssh("b")], 1],
    ["a version and an older one", [web("1.26.0"), web("1.20.0")], 1],
    ["three keys", [ssh("a"), ssh("b"), ssh("c")], 2],
  ])("%s alternating is told once for each value and over once", async (_, both, times) => {
    const order = Array.from({ length: 12 }, (__, i) => both[i % both.length] ?? unknown);
    const json = await play(shows(...order));
    const changes = new Set(json.anomalies.filter((a) => a.kind !== "port-opened").map((a) => a.id));
    const steps = json.cycles.flatMap((c) => c.anomalies.filter((id) => changes.has(id)));
    expect(steps).toHaveLength(2 * times);
  });
});

describe("what changes on a stranger that nobody accepted", () => {
  const stranger = (port: PortSpec, more: Partial<HostSpec> = {}): HostSpec => ({
    address: "10.0.0.200",
    mac: mac(200),
    ports: [{ ...port, port: 22 }],
    ...more,
  });
  const comes = (...hosts: readonly HostSpec[]) => [TEN, TEN, TEN, ...hosts.map((one) => [...TEN, one])];
  const APPEARED = "host-appeared 10.0.0.200";
  it.each<readonly [string, readonly (readonly HostSpec[])[], readonly string[]]>([
    [
      "another key",
      comes(stranger(ssh("a")), stranger(ssh("b")), stranger(ssh("b"))),
      [APPEARED, "hostkey-changed 10.0.0.200:22/tcp"],
    ],
    [
      "another product",
      comes(stranger(web("1.0")), stranger(web("2.0", "Caddy"))),
      [APPEARED, "service-changed 10.0.0.200:22/tcp"],
    ],
    [
      "an older version",
      comes(stranger(web("1.1")), stranger(web("1.0"))),
      [APPEARED, "version-downgraded 10.0.0.200:22/tcp"],
    ],
    ["a newer version", comes(stranger(web("1.0")), stranger(web("1.1")), stranger(web("1.2"))), [APPEARED]],
    [
      "one more port",
      comes(stranger(ssh("a")), { ...stranger(ssh("a")), ports: [ssh("a"), httpPort("1")] }),
      [APPEARED],
    ],
    [
      "everything that identified it",
      comes(stranger(ssh("a")), stranger(ssh("b"), { mac: mac(201) })),
      [APPEARED, "identity-changed 10.0.0.200"],
    ],
  ])("%s", async (_, series, expected) => {
    expect(told(await play(series, { learnScans: 3 })).toSorted()).toEqual(expected.toSorted());
  });

  it("an upgrade of it is an update of its appearance", async () => {
    const json = await play(comes(stranger(web("1.0")), stranger(web("1.1"))), { learnScans: 3 });
    expect(json.anomalies.map((a) => a.message)).toEqual([
      "New host 10.0.0.200 now shows version 1.1 instead of 1.0 on 22/tcp.",
    ]);
  });
});

function named(name: string): NonNullable<PortSpec["service"]> {
  return { name, method: "probed", conf: 10 };
}
