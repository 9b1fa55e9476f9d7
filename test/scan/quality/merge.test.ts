import { describe, expect, it } from "vitest";
import type { HostObservation } from "../../../src/domain/observation.ts";
import { lookAt } from "../../../src/domain/settle.ts";
import { mergeObservations } from "../../../src/scan/quality/merge.ts";
import type { HostSpec, PortSpec } from "../../support/nmap-xml.ts";
import { runOf } from "./run-of.ts";

const A = "10.0.0.1";
const one = (port: PortSpec, phase: "verify" | "fingerprint" | "scripts" = "verify", over: Partial<HostSpec> = {}) =>
  runOf(phase, {
    scaninfo: [
      { type: phase === "verify" ? "connect" : "syn", protocol: port.proto ?? "tcp", services: String(port.port) },
    ],
    hosts: [{ address: A, mac: null, ports: [port], ...over }],
  });
const ports = (host: Partial<HostSpec>) => runOf("ports", { hosts: [{ address: A, mac: null, ...host }] });
const tcp = (number: number) => ({ transport: "tcp", number }) as const;

function only(hosts: readonly HostObservation[]): HostObservation {
  const [host] = hosts;
  if (host === undefined || hosts.length !== 1) throw new Error(`${hosts.length} hosts`);
  return host;
}

describe("the runs of a cycle", () => {
  it("become one observation per address, in the order of addresses", async () => {
    const first = await runOf("ports", { hosts: [{ address: "10.0.0.10" }, { address: "10.0.0.9" }] });
    const second = await runOf("fingerprint", { hosts: [{ address: "10.0.0.9" }] }, { n: 1 });
    expect(mergeObservations([second, first]).map((h) => h.address)).toEqual(["10.0.0.9", "10.0.0.10"]);
  });

  it("take port states and coverage from the ports phase alone", async () => {
    const fingerprint = await one({ port: 9999 }, "fingerprint");
    expect(only(mergeObservations([fingerprint])).coverage).toEqual([]);
    const merged = only(mergeObservations([await ports({ ports: [{ port: 22 }] }), fingerprint]));
    expect(merged.coverage).toEqual([{ transport: "tcp", phase: "ports", ports: [[1, 1000]] }]);
    expect(merged.ports.map((p) => p.number)).toEqual([22, 9999]);
  });

  it("count two guesses of one family as two looks, and believe the second one where they differ", async () => {
    const guess = (phase: "fingerprint" | "verify", family: string) =>
      one({ port: 22 }, phase, { os: { matches: [{ name: family, accuracy: 98, family }] } });
    const merged = async (second: string) =>
      only(
        mergeObservations([
          await ports({ ports: [{ port: 22 }] }),
          await guess("fingerprint", "FreeBSD"),
          await guess("verify", second),
        ]),
      ).os;
    expect(await merged("FreeBSD")).toMatchObject({ families: ["FreeBSD"], looks: 2 });
    const other = await merged("Linux");
    expect([other?.families, other?.looks]).toEqual([["Linux"], undefined]);
  });

  it("take services, identity, names, MAC and OS from the later phases", async () => {
    const fingerprint = await one(
      {
        port: 22,
        service: { name: "ssh", product: "OpenSSH" },
        scripts: [{ id: "tripline-banner", value: { schema: "1", norm: "SSH-2.0" } }],
      },
      "fingerprint",
      {
        mac: "00:1B:21:00:00:01",
        names: ["a.example"],
        os: { matches: [{ name: "Linux", accuracy: 100, family: "Linux" }] },
      },
    );
    const merged = only(
      mergeObservations([fingerprint, await ports({ ports: [{ port: 22, service: { name: "ssh" } }] })]),
    );
    expect(merged).toMatchObject({ mac: "00-1B-21-00-00-01", names: ["a.example"], os: { families: ["Linux"] } });
    expect(merged.ports[0]).toMatchObject({
      service: { product: "OpenSSH" },
      identity: { values: { banner: "SSH-2.0" } },
    });
  });

  it("prefer the answer of a service to the name a table has, whichever came later", async () => {
    const merged = only(
      mergeObservations([
        await ports({ ports: [{ port: 22, service: { name: "http", product: "nginx" } }] }),
        await one({ port: 22, service: { name: "ssh" } }, "scripts"),
      ]),
    );
    expect(merged.ports[0]?.service).toMatchObject({ name: "http", product: "nginx" });
  });

  it("keep a script's former result when it threw the second time", async () => {
    const script = (output: string) => one({ port: 22, scripts: [{ id: "x", output }] }, "scripts");
    const merged = only(mergeObservations([await script("fine"), { ...(await script("ERROR: boom")), n: 1 }]));
    expect(merged.ports[0]?.scripts.map((s) => s.output)).toEqual(["fine", "ERROR: boom"]);
  });

  it("find a host that answered any phase", async () => {
    const silent = await runOf("ports", { hosts: [{ address: A, state: "down" }] });
    const awake = await one({ port: 22 });
    expect(only(mergeObservations([silent, awake]))).toMatchObject({ state: "up", coverage: [] });
    const later = { ...silent, phase: "verify" as const };
    expect(only(mergeObservations([await ports({ ports: [{ port: 22 }] }), later]))).toMatchObject({ state: "up" });
  });

  it("keep thousands of open ports one fact", async () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({ port: i + 1 }));
    const tarpit = await runOf("ports", {
      scaninfo: [{ type: "syn", protocol: "tcp", services: "1-65535" }],
      hosts: [{ address: A, ports: many }],
    });
    expect(only(mergeObservations([tarpit, await one({ port: 22 })]))).toMatchObject({ allPortsOpen: 2500, ports: [] });
  });
});

describe("a verification", () => {
  it("that says the same marks the port as verified", async () => {
    const merged = only(mergeObservations([await ports({ ports: [{ port: 22 }] }), await one({ port: 22 })]));
    expect(merged.ports[0]?.verified).toBe(true);
    expect(lookAt(merged, tcp(22))).toEqual({ state: "open", evidence: "handshake" });
  });

  it("that confirms a closing adds the proof of a reset", async () => {
    const merged = only(
      mergeObservations([
        await ports({ extraports: [{ state: "filtered", count: 1000 }] }),
        await one({ port: 22, state: "closed" }),
      ]),
    );
    expect(lookAt(merged, tcp(22))).toEqual({ state: "not-open", evidence: "reset" });
  });

  it.each([
    ["open becomes closed", [{ port: 22 }], { port: 22, state: "closed" }],
    ["a collapsed port is open after all", [], { port: 22 }],
  ])("that contradicts makes the port unknown: %s", async (_, before, again) => {
    const merged = only(mergeObservations([await ports({ ports: before }), await one(again)]));
    expect(lookAt(merged, tcp(22))).toEqual({ state: "unknown" });
    expect(merged.coverage[0]?.ports).toEqual([
      [1, 21],
      [23, 1000],
    ]);
    expect(lookAt(merged, tcp(23)).state).toBe("not-open");
  });

  it("that only shrugs takes nothing away, and a clear answer beats a shrug", async () => {
    const udp = { port: 53, proto: "udp" as const };
    const scan = (state: string) =>
      runOf("ports", {
        scaninfo: [{ type: "udp", protocol: "udp", services: "1-100" }],
        hosts: [{ address: A, ports: [{ ...udp, state }] }],
      });
    const shrug = only(mergeObservations([await scan("open"), await one({ ...udp, state: "open|filtered" })]));
    expect(shrug.ports[0]).toMatchObject({ state: "open", verified: false });
    const clear = only(mergeObservations([await scan("open|filtered"), await one({ ...udp, state: "open" })]));
    expect(clear.ports[0]).toMatchObject({ state: "open", verified: true });
  });

  it("alone is a verified port without coverage", async () => {
    expect(only(mergeObservations([await one({ port: 22 })]))).toMatchObject({
      coverage: [],
      ports: [{ verified: true }],
    });
  });
});
