import { describe, expect, it } from "vitest";
import type { HostSpec, NmapXmlSpec } from "../support/nmap-xml.ts";
import { play, told } from "./play.ts";
import { open } from "./recording.ts";
import { segment } from "./segment.ts";

const TWENTY = segment(20);
/** All of what was asked, as a SYN proxy answers it. */
const everywhere = (count: number) => open(...Array.from({ length: count }, (_, i) => i + 1));
const behindProxy = (hosts: readonly HostSpec[], ports = 1000) =>
  hosts.map((h) => ({ ...h, ports: everywhere(ports) }));
const unused = (count: number, ports = 1000): readonly HostSpec[] =>
  Array.from({ length: count }, (_, i) => ({ address: `10.0.0.${100 + i}`, ports: everywhere(ports) }));

describe("a middlebox that answers for everybody", () => {
  it.each<readonly [string, readonly HostSpec[] | NmapXmlSpec]>([
    ["all hosts and unused addresses", [...behindProxy(TWENTY), ...unused(100)]],
    ["the known hosts on a part of the ports", behindProxy(TWENTY, 600)],
    ["unused addresses alone, more than there are hosts", [...TWENTY, ...unused(40)]],
    ["half of the hosts", [...behindProxy(TWENTY.slice(0, 10)), ...TWENTY.slice(10)]],
  ])("for %s is one finding of the segment, over when it is gone", async (_, intercepted) => {
    const json = await play([TWENTY, TWENTY, intercepted, intercepted, TWENTY, TWENTY], { learnScans: 2 });
    expect(told(json)).toEqual([]);
    expect(json.health.map((h) => h.kind)).toEqual(["path-intercepted", "vantage-recovered"]);
    expect(json.cycles.map((c) => c.verdict)).toEqual(["ok", "ok", "degraded", "degraded", "ok", "ok"]);
  });

  it.each<readonly [string, readonly HostSpec[]]>([
    ["slowly", TWENTY.map((h) => ({ ...h, srtt: 900_000 }))],
    ["not at all, most of them", TWENTY.slice(0, 3)],
  ])("is told also where hosts had answered %s just before", async (_, broken) => {
    const usual = TWENTY.map((h) => ({ ...h, srtt: 400 }));
    const json = await play([usual, usual, broken, behindProxy(usual), behindProxy(usual), usual], { learnScans: 2 });
    expect(told(json)).toEqual([]);
    expect(json.health.map((h) => h.kind)).toEqual(["vantage-degraded", "path-intercepted", "vantage-recovered"]);
  });

  it("teaches nothing, not even while a segment is learned", async () => {
    const json = await play([[...behindProxy(TWENTY), ...unused(50)], TWENTY, TWENTY, TWENTY], { learnScans: 2 });
    expect(told(json)).toEqual([]);
    expect(json.health.map((h) => h.kind)).toEqual(["path-intercepted", "vantage-recovered"]);
  });

  it("leaves what was open before as it is", async () => {
    const [first, ...others] = TWENTY;
    const news = [{ ...first, ports: [...(first?.ports ?? []), { port: 444 }] } as HostSpec, ...others];
    const json = await play([TWENTY, TWENTY, news, behindProxy(TWENTY), news], { learnScans: 2 });
    expect(told(json)).toEqual(["port-opened 10.0.0.1:444/tcp"]);
    expect(json.cycles.map((c) => c.anomalies.length)).toEqual([0, 0, 1, 0, 0]);
  });

  it("one host, or two, are told as what they are", async () => {
    const two = [...behindProxy(TWENTY.slice(0, 2)), ...TWENTY.slice(2)];
    const json = await play([TWENTY, TWENTY, two], { learnScans: 2 });
    expect(told(json)).toEqual(["all-ports-open 10.0.0.1", "all-ports-open 10.0.0.2"]);
    expect(json.health).toEqual([]);
    expect(json.anomalies.map((a) => a.notable)).toEqual([true, true]);
  });
});
