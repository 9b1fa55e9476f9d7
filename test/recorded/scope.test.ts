import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { HostSpec, NmapXmlSpec } from "../support/nmap-xml.ts";
import { tempDir } from "../support/temp-dir.ts";
import { play, told } from "./play.ts";
import { segment } from "./segment.ts";

const TWENTY = segment(20);
const WHOLE = "nmap -sS -sV -oX scan.xml 10.0.0.0/24";
const whole: NmapXmlSpec = { hosts: TWENTY, args: WHOLE, down: 236 };
/** Three scans after one of the whole segment: enough for a silent host to count as gone. */
const three = (spec: NmapXmlSpec) => [whole, spec, spec, spec];

describe("a recorded scan with a smaller scope says nothing about the hosts outside", () => {
  it.each<[string, NmapXmlSpec]>([
    ["an octet range", { hosts: TWENTY.slice(0, 15), args: "nmap -sS -sV 10.0.0.1-15 -oX scan.xml" }],
    ["a list of octets", { hosts: TWENTY.slice(0, 3), args: "nmap -p 1-1000 10.0.0.1,2,3" }],
    ["a smaller network", { hosts: TWENTY.slice(0, 7), args: "nmap --top-ports 1000 10.0.0.0/29" }],
    ["one address", { hosts: TWENTY.slice(0, 1), args: "nmap -T 4 -e eth0 10.0.0.1" }],
    [
      "an exclusion",
      { hosts: TWENTY.slice(0, 15), args: "nmap 10.0.0.0/24 --exclude 10.0.0.16-20,10.0.0.99", down: 235 },
    ],
    [
      "a name",
      {
        hosts: TWENTY.slice(0, 1).map((h) => ({ ...h, userNames: ["app0.corp.example"] })),
        args: "nmap app0.corp.example",
      },
    ],
    [
      "a file of targets, every address of which is listed",
      { hosts: TWENTY.slice(0, 15), args: "nmap -v -iL hosts.txt", verbose: 1 },
    ],
    [
      "a file of fewer targets than there are hosts",
      { hosts: TWENTY.slice(0, 15), args: "nmap -iL hosts.txt", down: 2 },
    ],
    ["the other address family", { hosts: [], args: "nmap -6 2001:db8::/120", down: 256 }],
  ])("%s", async (_, spec) => {
    const json = await play(three(spec));
    expect(told(json)).toEqual([]);
    expect(json.cycles.map((c) => c.verdict)).toEqual(["ok", "ok", "ok", "ok"]);
  });

  it("inside that scope silence counts", async () => {
    const json = await play(three({ hosts: TWENTY.slice(0, 14), args: "nmap -sS -sV 10.0.0.1-15", down: 1 }));
    expect(told(json)).toEqual(["host-disappeared 10.0.0.15"]);
  });

  it("a silent host that the command line names is asked", async () => {
    const named = TWENTY.slice(0, 2).map((h): HostSpec => ({ ...h, userNames: h.names ?? [] }));
    const args = "nmap app0.corp.example app1.corp.example app2.corp.example";
    expect(told(await play(three({ hosts: named, args, down: 1 })))).toEqual(["host-disappeared 10.0.0.3"]);
  });
});

describe("a recorded scan with a wider scope", () => {
  const half: NmapXmlSpec = { hosts: TWENTY.slice(0, 7), args: "nmap 10.0.0.0/29", down: 1 };
  const other: NmapXmlSpec = { hosts: TWENTY.slice(16, 19), args: "nmap 10.0.0.17-30", down: 11 };

  it("shows hosts that nobody asked before: they are learned, not strangers", async () => {
    expect(told(await play([half, whole, whole]))).toEqual([]);
    expect(told(await play([half, other, half, other]))).toEqual([]);
  });

  it("strangers in what was asked before are news, and so is what comes later in the new part", async () => {
    const stranger = { hosts: TWENTY.slice(0, 8), args: "nmap 10.0.0.0/28", down: 8 };
    const first = { hosts: TWENTY.slice(0, 6), args: "nmap 10.0.0.0/29", down: 2 };
    expect(told(await play([first, stranger]))).toEqual(["host-appeared 10.0.0.7"]);
    const fewer = { ...whole, hosts: TWENTY.slice(0, 19), down: 237 };
    expect(told(await play([half, fewer, whole]))).toEqual(["host-appeared 10.0.0.20"]);
  });

  it.each([
    ["one more address, named by itself", "nmap 10.0.0.0/29 10.0.0.20"],
    ["a scope that cannot be read", "nmap -iL hosts.txt"],
  ])("%s: a stranger is a stranger", async (_, args) => {
    const hosts = [...TWENTY.slice(0, 7), ...TWENTY.slice(19)];
    expect(told(await play([half, { hosts, args, down: 1 }]))).toEqual(["host-appeared 10.0.0.20"]);
  });

  it("is remembered in the state", async () => {
    const state = join(tempDir(), "state");
    await play([half], { state });
    expect(told(await play([whole], { state, from: 1 }))).toEqual([]);
    expect(told(await play([other], { state, from: 2 }))).toEqual([]);
    const stranger = { ...whole, hosts: [...TWENTY, ...segment(21).slice(20)], down: 235 };
    expect(told(await play([stranger], { state, from: 3 }))).toEqual(["host-appeared 10.0.0.21"]);
  });
});

describe("a recorded scan whose command line does not fit its hosts speaks for the whole segment", () => {
  it.each([
    ["no target at all", "nmap -sS -sV -oX scan.xml"],
    ["a target that holds none of its hosts", "nmap -sS 192.168.7.0/24"],
    ["a file of targets that is long enough", "nmap -iL hosts.txt"],
  ])("%s", async (_, args) => {
    const spec = { hosts: TWENTY.slice(0, 19), args, down: 237 };
    expect(told(await play(three(spec)))).toEqual(["host-disappeared 10.0.0.20"]);
  });

  it("and a vantage that lost half of it is degraded", async () => {
    const json = await play([whole, { hosts: TWENTY.slice(0, 10), args: "nmap -sS", total: 10 }]);
    expect(json.cycles[1]?.verdict).toBe("degraded");
    expect(told(json)).toEqual([]);
  });
});
