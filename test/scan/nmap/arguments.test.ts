import { describe, expect, test } from "vitest";
import type { RunPlan } from "../../../src/domain/scan-plan.ts";
import { nmapArguments, type RunFiles } from "../../../src/scan/nmap/arguments.ts";
import { parseIntervals } from "../../../src/lib/intervals.ts";
import { portsRun, tcp } from "../plan/hosts.ts";

const FILES: RunFiles = {
  privilege: "raw",
  xmlFile: "/w/nmap.xml",
  nseDir: "/n",
  scriptFiles: [],
  scriptArgsFile: null,
  probeFile: null,
  exclude: [],
};
const ALWAYS = "--noninteractive --no-stylesheet --unique --stats-every 5s";
const PLACES = "--datadir /n -oX /w/nmap.xml";
const RAW = "-PE -PP -PS22,80,443 -PA80,443";

const RAW6 = "-PE -PS22,80,443 -PA80,443";

function line(more: Partial<RunPlan>, files: Partial<RunFiles> = {}): string {
  return nmapArguments(portsRun(["10.0.0.1", "10.0.0.2"], "22,80-82", more), { ...FILES, ...files }).join(" ");
}

const version = { phase: "fingerprint", assumeUp: true, versionIntensity: 2, shortWait: true } as const;

describe("a plan becomes exactly these arguments", () => {
  test.each<[string, Partial<RunPlan>, Partial<RunFiles>, string]>([
    [
      "ports by SYN",
      {},
      {},
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 ${RAW} -sS -p T:22,80-82 --script-timeout 6s -- 10.0.0.1 10.0.0.2`,
    ],
    [
      "ports by connect, politely, with an exclude",
      { technique: "connect", pace: "polite" },
      { privilege: "connect", exclude: ["10.0.0.9", "10.0.1.0/24"] },
      `${ALWAYS} -v ${PLACES} -T3 --max-rate 500 --unprivileged -PS22,80,443 -sT -p T:22,80-82 --script-timeout 6s --exclude 10.0.0.9,10.0.1.0/24 -- 10.0.0.1 10.0.0.2`,
    ],
    [
      "version detection with scripts",
      { ...version, scripts: ["a", "b"] },
      { scriptFiles: ["/n/a.nse", "/n/b.nse"], scriptArgsFile: "/w/args", probeFile: "/w/probes" },
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 -n -Pn -sS -p T:22,80-82 -sV --version-intensity 2 --versiondb /w/probes --script /n/a.nse,/n/b.nse --script-timeout 6s --script-args-file /w/args -- 10.0.0.1 10.0.0.2`,
    ],
    [
      "OS detection prints the raw facts",
      { ...version, osDetection: true },
      {},
      `${ALWAYS} -vv ${PLACES} -T4 --max-rate 5000 -n -Pn -sS -p T:22,80-82 -sV --version-intensity 2 -O --max-os-tries 1 --script-timeout 6s -- 10.0.0.1 10.0.0.2`,
    ],
    [
      "verification by connect, fast",
      { phase: "verify", technique: "connect", assumeUp: true, pace: "fast" },
      {},
      `${ALWAYS} -v ${PLACES} -T4 --min-rate 1000 --max-retries 4 -n -Pn -sT -p T:22,80-82 --script-timeout 6s -- 10.0.0.1 10.0.0.2`,
    ],
    [
      "IPv6, with the excludes of its family",
      { addresses: ["2001:db8::1"] },
      { exclude: ["10.0.0.9", "2001:db8:9::/64"] },
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 -6 ${RAW6} -sS -p T:22,80-82 --script-timeout 6s --exclude 2001:db8:9::/64 -- 2001:db8::1`,
    ],
    [
      "IPv4 without the excludes of the other family",
      {},
      { exclude: ["2001:db8:9::/64"] },
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 ${RAW} -sS -p T:22,80-82 --script-timeout 6s -- 10.0.0.1 10.0.0.2`,
    ],
    [
      "IPv6 by connect",
      { addresses: ["2001:db8::1"], technique: "connect" },
      { privilege: "connect" },
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 --unprivileged -6 -PS22,80,443 -sT -p T:22,80-82 --script-timeout 6s -- 2001:db8::1`,
    ],
    [
      "IPv6 loopback without names",
      { addresses: ["::1"], ports: tcp("22") },
      {},
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 -n -6 ${RAW6} -sS -p T:22 --script-timeout 6s -- ::1`,
    ],
    [
      "UDP",
      { technique: "udp", ports: new Map([["udp", parseIntervals("53,161") ?? []]]) },
      {},
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 ${RAW} -sU -p U:53,161 --script-timeout 6s -- 10.0.0.1 10.0.0.2`,
    ],
    [
      "loopback without names",
      { addresses: ["127.0.0.1"], ports: tcp("22") },
      {},
      `${ALWAYS} -v ${PLACES} -T4 --max-rate 5000 -n ${RAW} -sS -p T:22 --script-timeout 6s -- 127.0.0.1`,
    ],
  ])("%s", (...[, more, files, expected]) => {
    expect(line(more, files)).toBe(expected);
  });
});

test("targets are the last arguments, after the end of the options, whatever they look like", () => {
  const argv = nmapArguments(portsRun(["-oN/x", "--script=e.nse"], "22"), FILES);
  expect(argv.slice(argv.indexOf("--"))).toEqual(["--", "-oN/x", "--script=e.nse"]);
});

test("no plan gives up retries, hides closed ports, gives a host a time limit or reads targets from a file", () => {
  const phases = ["ports", "fingerprint", "verify"] as const;
  const lines = phases.flatMap((phase) => (["polite", "normal", "fast"] as const).map((pace) => line({ phase, pace })));
  for (const text of lines)
    expect(text).not.toMatch(/--open|-T5|--host-timeout|-iL|-sC|-A\b|--allports|--max-retries [01]\b/);
});
