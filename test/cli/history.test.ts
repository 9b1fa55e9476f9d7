import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type HostSpec, nmapXml, type NmapXmlSpec } from "../support/nmap-xml.ts";
import { host, type Office, office } from "./support/people.ts";

interface Span {
  readonly port: string | null;
  readonly field: string;
  readonly value: string;
  readonly from: { readonly number: number };
  readonly until: { readonly number: number } | null;
  readonly scans: number;
}

/** `80/tcp version 1.24.0 1-3`: the number of the scan that saw it first, and of the one that saw otherwise. */
function lines(spans: readonly Span[]): readonly string[] {
  return spans.map(({ port, field, value, from, until }) =>
    [port ?? "host", field, value, `${from.number}-${until?.number ?? ""}`].join(" "),
  );
}

async function stateOf(at: Office, ...words: readonly string[]): Promise<readonly string[]> {
  const { spans } = await at.json("history", ...words);
  return lines(spans.filter(({ field }: Span) => field === "state"));
}

function web(version: string, ...more: readonly number[]): HostSpec {
  const service = { name: "http", product: "nginx", method: "probed", version } as const;
  return { address: "10.0.0.5", ports: [{ port: 80, service }, ...more.map((port) => ({ port }))] };
}

/** A scan of its own, half an hour after `before` others. */
async function scanAs({ directory, tripline }: Office, before: number, spec: NmapXmlSpec): Promise<void> {
  const start = 1_763_629_200 + before * 1800;
  writeFileSync(join(directory, "own.xml"), nmapXml({ start, finished: start + 60, ...spec }));
  await tripline("scan", "--from-xml", "own.xml");
}

describe("tripline history", () => {
  it("says what was open when, and what came back", async () => {
    const at = await office([host("10.0.0.5", 22, 80)], [host("10.0.0.5", 22)], [host("10.0.0.5", 22, 80)]);
    expect(await stateOf(at, "10.0.0.5")).toEqual([
      "host state up 1-",
      "22/tcp state open 1-",
      "80/tcp state open 1-2",
      "80/tcp state closed 2-3",
      "80/tcp state open 3-",
    ]);
  });

  it("of a port says every value, with the scans that saw it first and otherwise, and its anomaly", async () => {
    const at = await office([web("1.24.0")], [web("1.24.0")], [web("1.26.1")]);
    const { spans, anomalies, scans } = await at.json("history", "10.0.0.5:80");
    expect(lines(spans)).toEqual([
      "80/tcp state open 1-",
      "80/tcp service http 1-",
      "80/tcp product nginx 1-",
      "80/tcp version 1.24.0 1-3",
      "80/tcp version 1.26.1 3-",
    ]);
    expect(spans.map(({ scans: count }: Span) => count)).toEqual([3, 3, 3, 2, 1]);
    expect(anomalies).toMatchObject([{ kind: "version-changed", subject: "tcp/80", state: "open" }]);
    expect(scans).toMatchObject({ first: { number: 1 }, last: { number: 3 }, count: 3 });
  });

  it("a host that is gone has no open ports, and they begin anew when it returns", async () => {
    const at = await office([web("1.24.0")], [host("10.0.0.9", 22)], [web("1.24.0")]);
    expect(await stateOf(at, "10.0.0.5")).toEqual([
      "host state up 1-2",
      "host state gone 2-3",
      "host state up 3-",
      "80/tcp state open 1-2",
      "80/tcp state open 3-",
    ]);
  });

  it("a scan that did not ask a port or a host ends nothing", async () => {
    const at = await office([host("10.0.0.5", 22, 80)]);
    const hosts = [host("10.0.0.5", 22)];
    await scanAs(at, 1, { hosts, scaninfo: [{ type: "syn", protocol: "tcp", services: "22" }] });
    await scanAs(at, 2, {
      hosts: [host("10.0.0.9", 22)],
      args: "nmap -sS -p 22 10.0.0.9",
      scaninfo: [{ type: "syn", protocol: "tcp", services: "22" }],
    });
    expect(await stateOf(at, "10.0.0.5")).toEqual(["host state up 1-", "22/tcp state open 1-", "80/tcp state open 1-"]);
  });

  it("--since leaves out what was over before", async () => {
    const at = await office([web("1.24.0", 22)], [web("1.24.0")], [web("1.26.1")]);
    const { spans } = await at.json("history", "10.0.0.5", "--since", "2025-11-20T09:45:00Z");
    expect(lines(spans)).toContain("80/tcp version 1.24.0 1-3");
    expect(lines(spans)).not.toContain("22/tcp state open 1-2");
  });

  it("on a page shows the state with what answers, and only the fields that changed", async () => {
    const at = await office([web("1.24.0", 22)], [web("1.26.1", 22)]);
    const { code, out } = await at.tripline("history", "10.0.0.5");
    expect(code).toBe(0);
    expect(out).toMatch(/80\/tcp +state +open http nginx 1\.26\.1 +2025-11-20T09:00Z +now/);
    expect(out).toMatch(/80\/tcp +version +1\.24\.0 +2025-11-20T09:00Z +2025-11-20T09:30Z/);
    expect(out).not.toMatch(/product/);
    expect(out).toMatch(/version-changed +tcp\/80 +open/);
  });

  it.each([
    ["the id", async (at: Office) => (await at.json("hosts", "10.0.0.5"))[0].id],
    ["the name", () => "web1.corp.example"],
    ["the first label of the name", () => "WEB1"],
  ])("finds a host by %s", async (_, wordOf) => {
    const named = { ...host("10.0.0.5", 22), names: ["web1.corp.example"] };
    const at = await office([named], [named]);
    expect(await at.json("history", await wordOf(at))).toMatchObject({
      address: "10.0.0.5",
      name: "web1.corp.example",
    });
  });

  it.each([
    ["10.0.0.55", 'no host is known as "10.0.0.55"; did you mean "10.0.0.5"? (TL522)'],
    ["10.0.0.0/24", '"10.0.0.0/24" is a network and not one host (TL522)'],
    ["10.0.0.5:http", "a host and a port such as 10.20.0.31:22"],
  ])("refuses %s", async (word, words) => {
    const at = await office([host("10.0.0.5", 22)]);
    const { code, out, err } = await at.tripline("history", word);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(words);
  });
});
