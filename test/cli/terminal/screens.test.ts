import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../../../src/cli/main.ts";
import { displayWidth } from "../../../src/cli/terminal/display-width.ts";
import { type HostSpec, nmapXml, type PortSpec } from "../../support/nmap-xml.ts";
import { newTempDir, removeChecked } from "../../support/temp-dir.ts";

const V6 = "fd00:20::4ec3:aaff:fe00:1234";
const NAME = "db-primary-with-a-rather-long-name-名前.dmz.example";
const CONFIG = `segment: dmz
targets: [10.20.0.0/24, "${V6}"]
baseline: { learn: { scans: 1, at_least: 0s } }
declared: [{ inventory: ./inventory.csv }]
`;
const FINGERPRINT =
  "SCAN(V=7.93%E=4%D=11/20%OT=22%CT=1%PV=Y%DS=1%DC=D%G=N)\nSEQ(SP=105%GCD=1%ISR=108%TI=Z%CI=Z%TS=A)\n" +
  "OPS(O1=M5B4ST11NW7%O2=M5B4ST11NW7%O3=M5B4NNT11NW7)\nWIN(W1=FE88%W2=FE88)\nT1(R=Y%DF=Y%TG=40%S=O%A=S+%F=AS%RD=0%Q=)";

const port = (number: number, name: string, product: string): PortSpec => ({
  port: number,
  service: { name, product },
});
const os = {
  matches: [{ name: "Linux 5.0", accuracy: 98, family: "Linux" }],
  fingerprint: FINGERPRINT,
};

function hosts(later: boolean): readonly HostSpec[] {
  const news = later ? [port(444, "redis", "Redis key-value store")] : [];
  const stranger = later ? [{ address: "10.20.0.66", ports: [port(23, "telnet", "BusyBox telnetd")] }] : [];
  return [
    { address: "10.20.0.11", names: [NAME], ports: [port(22, "ssh", "OpenSSH"), ...news], os },
    { address: V6, mac: null, names: ["v6only.dmz.example"], ports: [port(22, "ssh", "OpenSSH"), ...news] },
    ...stranger,
  ];
}

let directory = "";

beforeAll(async () => {
  directory = newTempDir();
  writeFileSync(join(directory, "tripline.yaml"), CONFIG);
  writeFileSync(
    join(directory, "inventory.csv"),
    `host,port,proto,service\n10.20.0.11,22,tcp,ssh\n10.20.0.11,80,tcp,http\n`,
  );
  for (const n of [0, 1]) {
    const start = 1_763_629_200 + n * 1800;
    const args = `nmap -sS -sV -O -oX scan.xml 10.20.0.0/24 ${V6}`;
    writeFileSync(join(directory, `${n}.xml`), nmapXml({ hosts: hosts(n === 1), start, finished: start + 60, args }));
  }
  first = await screen(["scan", "-c", "tripline.yaml", "--from-xml", "0.xml"], 80);
  second = await screen(["scan", "-c", "tripline.yaml", "--from-xml", "1.xml"], 80);
});

let first = "";
let second = "";

afterAll(() => removeChecked(directory));

/** What a command prints on a terminal of this width; null: in a pipe. */
async function screen(args: readonly string[], columns: number | null): Promise<string> {
  let out = "";
  const stream = () =>
    Object.assign(
      new Writable({
        write: (chunk: Buffer, _, done) => {
          out += chunk.toString();
          done();
        },
      }),
      columns === null ? {} : { isTTY: true, columns },
    );
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { signal } = new AbortController();
  await runCommandLine([...args, "--no-color"], {
    stdin: process.stdin,
    stdout: stream(),
    stderr,
    cwd: directory,
    signal,
  });
  return out;
}

/** Lines that are wider than the page, but for those that are there to be copied. */
function tooWide(page: string, width: number): readonly string[] {
  return page.split("\n").filter((line) => displayWidth(line) > width && !line.includes("--reason"));
}

const SCREENS = [
  ["status"],
  ["anomalies", "list"],
  ["hosts"],
  ["hosts", "10.20.0.11"],
  ["hosts", "10.20.0.11", "--wide"],
  ["drift", "--live", "last"],
  ["baseline", "show"],
  ["history", V6],
  ["scans", "list"],
  ["scans", "diff", "1", "2"],
  ["outbox", "status"],
  ["mute", "list"],
  ["config", "show", "--effective"],
];

describe.each([80, 120])("on a terminal of %d columns", (width) => {
  it.each(SCREENS.map((args) => [args.join(" "), args] as const))("tripline %s fits", async (_, args) => {
    const page = await screen(args, width);
    expect(page).not.toBe("");
    expect(tooWide(page, width)).toEqual([]);
  });
});

describe("the screens", () => {
  it("of the first scan: hosts, open ports, and what deserves a look, though nothing alerts", () => {
    expect(first).toContain("found 2 hosts with 2 open ports: ssh 2");
    expect(first).toMatch(/remote admin +22\/tcp +OpenSSH +2 hosts: 10\.20\.0\.11/);
    expect(tooWide(first, 80)).toEqual([]);
  });

  it("of the second scan: the worst first, in plain words", () => {
    const severities = [...second.matchAll(/^ {2}(critical|high|medium|low) /gm)].map((match) => match[1]);
    const order = ["critical", "high", "medium", "low"];
    expect(severities.length).toBeGreaterThanOrEqual(3);
    expect(severities).toEqual(severities.toSorted((a, b) => order.indexOf(a ?? "") - order.indexOf(b ?? "")));
    expect(second).not.toMatch(/\bbits\b|counted at|fixed for/);
    expect(second).toContain(`[${V6}]:444/tcp`);
    expect(tooWide(second, 80)).toEqual([]);
  });

  it("show the score of every row on 80 columns, however long its endpoint is", async () => {
    const list = await screen(["anomalies", "list"], 80);
    expect(list).toContain(`[${V6}]:444/tcp`);
    for (const page of [second, list]) {
      const rows = page.split("\n").filter((line) => /^ {2}(critical|high|medium|low) /.test(line));
      expect(page).toMatch(/^ {2}SEV +SCORE /m);
      expect(rows.length).toBeGreaterThanOrEqual(3);
      for (const row of rows) expect(row).toMatch(/^ {2}(critical|high|medium|low) +\d{1,3} {2}/);
    }
  });

  it("cut nothing in a pipe: one line a row, whole names, whole reasons", async () => {
    expect(await screen(["hosts"], null)).toContain(NAME);
    const list = await screen(["anomalies", "list"], null);
    expect(list.split("\n").filter((line) => line.includes("…"))).toEqual([]);
    expect(list).toMatch(/high +\d+ +\w{8} +port-opened .*LAST SEEN|LAST SEEN/);
    expect(list).not.toContain("not shown");
  });

  it("hide the raw stack of a host, say so, and show it with --wide", async () => {
    const plain = await screen(["hosts", "10.20.0.11"], null);
    expect(plain).toContain("not shown: stack (--wide)");
    expect(plain).not.toContain("OPS.O1");
    expect(await screen(["hosts", "10.20.0.11", "--wide"], null)).toContain("OPS.O1=M5B4ST11NW7");
  });
});
