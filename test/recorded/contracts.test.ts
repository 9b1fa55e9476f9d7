import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scanRecorded } from "../../src/app/operations/scan-recorded.ts";
import { scanJson } from "../../src/report/json/scan.ts";
import { scanView } from "../../src/report/model/scan.ts";
import type { HostSpec, NmapXmlSpec } from "../support/nmap-xml.ts";
import { groundOf } from "../support/runtime.ts";
import { tempDir } from "../support/temp-dir.ts";
import { play, told } from "./play.ts";
import { type Recording, xmlOf } from "./recording.ts";
import { but, httpPort, plus, segment, sshPort } from "./segment.ts";

const TEN = segment(10);
const more = but(TEN, 3, (h) => plus(h, { port: 444 }));
const closed = but(TEN, 5, (h) => ({ ...h, ports: [sshPort("key of host 5")] }));

describe("a scan that --resume finished counts its last part only", () => {
  const resumed = (hosts: readonly HostSpec[]): NmapXmlSpec => ({
    hosts,
    args: "nmap -sS -sV -oX r.xml 10.0.0.1-10",
    counted: 6,
  });

  it("is complete: what is new is told, and so is what closed", async () => {
    const json = await play([TEN, resumed(TEN), resumed(more), resumed(closed), resumed(closed)]);
    expect(json.cycles.map((c) => c.completeness)).toEqual(Array(5).fill("complete"));
    expect(told(json)).toEqual(["port-opened 10.0.0.4:444/tcp resolved", "port-closed 10.0.0.6:80/tcp"]);
  });

  it("fewer hosts than counted are still a loss", async () => {
    const json = await play([TEN, resumed(TEN.slice(0, 5))]);
    expect(json.cycles[1]?.completeness).toBe("partial");
    expect(json.health[0]?.reason).toContain("nmap counted 6 hosts up, the file holds 5");
  });
});

describe("a scan with --open counts hosts that it does not list", () => {
  const nightly = (hosts: readonly HostSpec[]): NmapXmlSpec => ({
    hosts,
    args: "nmap -v --open -sV -oX lan.xml 10.0.0.0/24",
    counted: 10,
    down: 246,
  });
  const without = TEN.slice(0, 4);

  it("is complete, and what it lists is told: new ports and closed ones", async () => {
    const series = [TEN, more, closed, closed].map(nightly);
    const json = await play(series);
    expect(json.cycles.map((c) => c.completeness)).toEqual(Array(4).fill("complete"));
    expect(told(json)).toEqual(["port-opened 10.0.0.4:444/tcp resolved", "port-closed 10.0.0.6:80/tcp"]);
  });

  it("says nothing about a host that it leaves out: neither is it gone, nor is the vantage at fault", async () => {
    const json = await play([TEN, without, without, without, without].map(nightly));
    expect(json.cycles.map((c) => c.verdict)).toEqual(Array(5).fill("ok"));
    expect(told(json)).toEqual([]);
  });

  it("a host that it lists for the first time is a stranger", async () => {
    const stranger = { ...(TEN[0] as HostSpec), address: "10.0.0.99", names: [], mac: "00:1B:21:00:09:09" };
    const series = [TEN, [...TEN, { ...stranger, ports: [httpPort("1.0", 8080)] }]].map(nightly);
    expect(told(await play(series))).toEqual(["host-appeared 10.0.0.99"]);
  });
});

describe("a name among the targets that stands for nothing", () => {
  const named = TEN.slice(0, 4).map((h): HostSpec => ({ ...h, userNames: h.names ?? [] }));
  const all = "app0.corp.example app1.corp.example app2.corp.example app3.corp.example";
  const asked = (hosts: readonly HostSpec[], targets: string, total: number): NmapXmlSpec => ({
    hosts,
    args: `nmap -sV ${targets}`,
    total,
    down: total - hosts.length,
  });
  const whole = asked(named, all, 4);
  const three = named.slice(0, 3);

  it.each<[string, NmapXmlSpec, NmapXmlSpec]>([
    ["a name of four", whole, asked(three, all, 3)],
    ["a name beside a network", asked(named, `${all} 10.0.0.64/30`, 8), asked(three, `${all} 10.0.0.64/30`, 7)],
    ["a name beside a range", asked(named, `10.0.0.65-66 ${all}`, 6), asked(three, `10.0.0.65-66 ${all}`, 5)],
  ])("%s: its host is not gone, and each scan says so", async (_, first, then) => {
    const json = await play([first, then, then, then, then]);
    expect(told(json)).toEqual([]);
    expect(json.cycles.map((c) => c.completeness)).toEqual(["complete", ...Array(4).fill("partial")]);
    expect(json.health[0]?.reason).toContain("app3.corp.example: the name could not be resolved");
  });

  it("one that stands for a silent host was asked, and the host is gone", async () => {
    const silent = asked(three, all, 4);
    const json = await play([whole, silent, silent, silent]);
    expect(told(json)).toEqual(["host-disappeared 10.0.0.4"]);
    expect(json.cycles.map((c) => c.completeness)).toEqual(Array(4).fill("complete"));
  });

  it("the other hosts are still told about", async () => {
    const opened = but(three, 1, (h) => plus(h, { port: 444 }));
    const json = await play([whole, asked(opened, all, 3), asked(opened.slice(0, 2), all, 3)]);
    expect(told(json)).toEqual(["port-opened 10.0.0.2:444/tcp"]);
  });
});

describe("text that nmap damaged", () => {
  const edited = async (series: readonly Recording[], damage: (xml: string) => string) => {
    const directory = tempDir();
    const files = series.map((recording, i) => {
      const file = join(directory, `${i}.xml`);
      writeFileSync(file, i === 0 ? xmlOf(recording, i) : damage(String(xmlOf(recording, i))));
      return file;
    });
    const result = await scanRecorded(
      groundOf(null, join(directory, "state")),
      { files, names: files, learnScans: 1, learn: true, emit: false },
      { signal: new AbortController().signal },
    );
    if (!result.ok) throw new Error(result.error.what);
    return scanJson(scanView(result.value.cycles, { segment: "recorded", delivery: null }));
  };

  it.each([
    ["a name of a service with a reference that XML does not allow", 'name="http"', 'name="0M&#xec;&#x1;"'],
    ["a name of a service in bytes of memory", 'name="http"', 'name="&#xff;&#xfe;p"'],
    ["a product with such a reference", 'product="nginx"', 'product="ng&#x2;nx"'],
    ["a version with such a reference", 'version="1.24.0"', 'version="1.&#x7;4"'],
  ])("%s is no news, and everything else in the file is read", async (_, whole, damaged) => {
    const json = await edited([TEN, more, TEN, TEN], (xml) => xml.replace(whole, damaged));
    expect(told(json)).toEqual(["port-opened 10.0.0.4:444/tcp resolved"]);
    expect(json.cycles.map((c) => c.completeness)).toEqual(Array(4).fill("complete"));
  });

  it("does not hide another service behind it later", async () => {
    const other = but(TEN, 0, (h) => ({
      ...h,
      ports: [sshPort("key of host 0"), { port: 80, service: { name: "ftp", product: "vsftpd" } }],
    }));
    const json = await edited([TEN, TEN, other], (xml) => xml.replace('name="http" product="nginx"', 'name="&#x1;"'));
    expect(told(json)).toEqual(["service-changed 10.0.0.1:80/tcp"]);
  });
});
