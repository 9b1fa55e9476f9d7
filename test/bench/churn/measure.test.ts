import { describe, expect, it } from "vitest";
import { figuresOf, isFalse } from "../../../bench/churn/measure/figures.ts";
import { createRecorder, type MonthRecord } from "../../../bench/churn/measure/record.ts";
import { type Heard, play } from "../../../bench/churn/play.ts";
import type { How } from "../../../bench/churn/watch.ts";
import type { WorldHost } from "../../../bench/churn/types.ts";
import { altered, label, port, smallWorld, type Story } from "./small-world.ts";

const withPort = (number: number, product: string | null) => (host: WorldHost) => ({
  ...host,
  ports: [...host.ports, port(number, product)],
});

async function playStory(
  story: Story,
  how: How = "live",
): Promise<{ readonly record: MonthRecord; readonly heard: readonly Heard[] }> {
  const world = smallWorld(story);
  const recorder = createRecorder(world, 10);
  const heard: Heard[] = [];
  const played = await play(world, how, (one) => {
    heard.push(one);
    return recorder.hear(one).map(({ id }) => id);
  });
  return { record: recorder.record(played), heard };
}

const OPENED = (hosts: readonly WorldHost[], n: number) =>
  n >= 30 ? altered(hosts, "srv-3", withPort(4444, null)) : hosts;

describe("a world through the whole program", () => {
  it("says nothing where nothing happens", async () => {
    const { record } = await playStory({ days: 9 });
    expect(record).toMatchObject({ alerts: [], labels: [], degraded: [], faults: [], open: 0, updated: 0 });
  });

  it("finds a labelled port in the scan that shows it", async () => {
    const opened = label({ kind: "high port", from: 30, ports: ["tcp/4444"], tells: ["port-opened"] });
    const { record } = await playStory({ days: 9, change: OPENED, labels: [opened] });
    expect(record.labels).toMatchObject([{ asked: 30, told: { n: 30, kind: "port-opened", right: true }, alerts: 1 }]);
    const figures = figuresOf([record]);
    expect([figures.recall, figures.precision, figures.falseRate]).toEqual([{ hits: 1, of: 1 }, { hits: 1, of: 1 }, 0]);
  });

  it("counts the same port without its label as a false alert", async () => {
    const { record } = await playStory({ days: 9, change: OPENED });
    expect(record.alerts.filter(isFalse)).toMatchObject([
      { n: 30, kind: "port-opened", port: "tcp/4444", origin: "noise" },
    ]);
    expect(figuresOf([record]).falseRate).toBeCloseTo(20);
  });

  it("answers the second probe from the truth, so that noise is not told", async () => {
    const noise = (hosts: readonly WorldHost[], n: number) =>
      n === 30 ? altered(hosts, "srv-5", withPort(8080, "Jetty")).slice(1) : hosts;
    const { record } = await playStory({ days: 9, noise });
    expect(record.alerts).toEqual([]);
  });

  it("asks for operating systems in the scan at noon only", async () => {
    const shifted = (host: WorldHost): WorldHost => ({
      ...host,
      os: { matches: [{ name: "Microsoft Windows Server 2019", accuracy: 97, family: "Windows" }] },
    });
    const change = (hosts: readonly WorldHost[], n: number) => (n >= 29 ? altered(hosts, "srv-3", shifted) : hosts);
    const other = label({
      kind: "other system",
      from: 29,
      tells: ["os-shifted"],
      right: { field: "os_family", from: "Linux", to: "Windows" },
    });
    const { heard, record } = await playStory({ days: 9, change, labels: [other] });
    const [first] = heard.filter(({ steps }) => steps.length > 0);
    expect(first?.steps.map(({ anomaly }) => anomaly.kind)).toEqual(["os-shifted"]);
    expect(first?.scan.n).toBeGreaterThanOrEqual(30);
    expect(record.labels[0]?.asked).toBe(30);
  });

  it("ends no cycle with the content of a file that was cut or a network that was half lost", async () => {
    const fault = (n: number) => (n === 30 ? "cut-xml" : n === 32 ? "half-lost" : "none");
    const noise = (hosts: readonly WorldHost[], n: number) => (n === 32 ? hosts.slice(0, 5) : hosts);
    const { record, heard } = await playStory({ days: 9, fault, noise });
    expect(record).toMatchObject({
      alerts: [],
      faults: [30, 32],
      degraded: [{ n: 30 }, { n: 32, fault: "half-lost" }],
    });
    expect(heard[30]?.complete).toBe(false);
  });

  it("takes an accepted alert for what is normal", async () => {
    const { record, heard } = await playStory({ days: 9, change: OPENED }, "operated");
    expect([record.alerts.length, record.open]).toEqual([1, 0]);
    const later = heard.filter(({ scan }) => scan.n > 30).flatMap(({ steps }) => steps);
    expect(later).toEqual([]);
  });

  it("tells the same of recorded files, without having asked again", async () => {
    const { record, heard } = await playStory({ days: 9, change: OPENED }, "recorded");
    const [step] = heard.flatMap(({ steps }) => steps);
    expect([step?.anomaly.kind, step?.anomaly.confirmed]).toEqual(["port-opened", false]);
    expect(record.alerts).toMatchObject([{ n: 30, kind: "port-opened", port: "tcp/4444" }]);
  });
});
