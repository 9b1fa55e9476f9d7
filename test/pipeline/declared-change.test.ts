import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { RUNTIME } from "../support/runtime.ts";
import { readSources } from "../../src/declared/readers/read-sources.ts";
import { READERS } from "../../src/declared/readers/registry.ts";
import { settingOfFile } from "../../src/declared/readers/source-settings.ts";
import type { Evaluation } from "../../src/domain/evaluation.ts";
import type { CycleStore, EvaluationCommit } from "../../src/domain/ports/stores.ts";
import { evaluateDeclared } from "../../src/pipeline/declared-change.ts";
import { NOW } from "../store/support/temp-store.ts";
import { tempDir } from "../support/temp-dir.ts";
import type { World, WorldHost } from "../support/world-scanner.ts";
import { createRig, SEGMENT, tickOf, type CycleOptions, type Rig } from "./rig.ts";

const ADDRESSES = [1, 2, 3, 4].map((n) => `10.0.0.${n}`);
const MINUTE = 60_000;
/** The last cycle of a world that was learned. */
const LEARNED = 4;

type Ports = readonly (readonly [port: number, product: string])[];
const USUAL: Ports = [
  [22, "OpenSSH"],
  [80, "nginx"],
];

function worldOf(other: Readonly<Record<string, Ports>> = {}): World {
  return new Map(
    ADDRESSES.map((address, i): [string, WorldHost] => {
      return [address, { mac: `00-11-22-33-44-0${i}`, open: new Map(other[address] ?? USUAL) }];
    }),
  );
}

/** An inventory that can be rewritten between two scans. */
function inventory() {
  const directory = tempDir();
  const setting = settingOfFile("inventory.csv", directory);
  const reader: NonNullable<NonNullable<CycleOptions["deps"]>["readDeclared"]> = (previous) =>
    readSources([setting], { readers: READERS, now: 1, previous });
  const declare = (without: readonly string[] = [], more: readonly string[] = []) => {
    const all = ADDRESSES.flatMap((address) => [`${address},22,tcp`, `${address},80,tcp`]);
    const rows = [...all.filter((row) => !without.includes(row)), ...more];
    writeFileSync(join(directory, "inventory.csv"), `host,port,proto\n${rows.join("\n")}\n`);
  };
  declare();
  return { declare, reader };
}

async function learned(world = worldOf()): Promise<{ readonly rig: Rig } & ReturnType<typeof inventory>> {
  const declared = inventory();
  const rig = createRig(ADDRESSES);
  for (let n = 1; n <= LEARNED; n++) await rig.cycle(n, world, { deps: { readDeclared: declared.reader } });
  return { rig, ...declared };
}

interface Change {
  readonly evaluation?: Partial<Evaluation>;
  readonly inScope?: (address: string) => boolean;
  readonly store?: (store: CycleStore) => CycleStore;
}

function evaluated(rig: Rig, reader: ReturnType<typeof inventory>["reader"], change: Change = {}) {
  const { store: around = (store) => store, inScope = () => true } = change;
  const { context, policy } = tickOf(1);
  const evaluation = {
    cause: "declarations-changed",
    id: "evaluation-1",
    at: NOW + 90 * MINUTE,
    ...change.evaluation,
  } as const;
  const { cycles, history } = rig.store();
  const deps = { store: around(cycles), history, readDeclared: reader, rules: RUNTIME.rules() };
  return evaluateDeclared({ evaluation, context, policy, inScope }, deps, new AbortController().signal);
}

const steps = (report: Awaited<ReturnType<typeof evaluated>>) =>
  report?.steps.map(
    ({ transition, anomaly: { kind, subject, host } }) => `${transition} ${kind} ${host?.address} ${subject}`,
  );

const rows = (rig: Rig) => rig.store().history.anomalies({ segment: SEGMENT, states: ["open"], since: null });

const told = z.object({
  event: z.object({ action: z.string(), id: z.string(), created: z.string() }),
  tripline: z.object({
    evaluation: z.object({ cause: z.string(), id: z.string() }).optional(),
    scan: z.object({ id: z.string() }).optional(),
  }),
});

async function eventsOf(rig: Rig, action: string) {
  return (await rig.bodies())
    .map((body) => told.parse(JSON.parse(body)))
    .filter(({ event }) => event.action === action);
}

describe("declarations that change between two scans", () => {
  it("are compared with what the last scan saw: what is not declared any more opens, and nothing is scanned", async () => {
    const { rig, declare, reader } = await learned();
    const asked = rig.plans.length;
    declare(["10.0.0.2,22,tcp"]);
    const report = await evaluated(rig, reader);
    expect(steps(report)).toEqual(["opened undeclared-port 10.0.0.2 tcp/22"]);
    expect(rig.plans).toHaveLength(asked);
    expect(await rows(rig)).toEqual([
      expect.objectContaining({
        kind: "undeclared-port",
        count: 1,
        firstSeen: NOW + 90 * MINUTE,
        openedCycle: `cycle-${LEARNED}`,
      }),
    ]);
    expect(await eventsOf(rig, "undeclared-port")).toEqual([
      {
        event: expect.objectContaining({ created: new Date(NOW + 90 * MINUTE).toISOString() }),
        tripline: {
          evaluation: { cause: "declarations-changed", id: "evaluation-1" },
          scan: { id: `cycle-${LEARNED}` },
        },
      },
    ]);
  });

  it("open nothing a second time in the next scan, whose events name no evaluation", async () => {
    const { rig, declare, reader } = await learned();
    declare(["10.0.0.2,22,tcp"]);
    await evaluated(rig, reader);
    const next = await rig.cycle(100, worldOf(), { deps: { readDeclared: reader } });
    expect(next?.steps).toEqual([]);
    expect(await eventsOf(rig, "undeclared-port")).toHaveLength(1);
    expect((await eventsOf(rig, "scan-completed")).every(({ tripline }) => tripline.evaluation === undefined)).toBe(
      true,
    );
  });

  it("end what is declared again", async () => {
    const { rig, declare, reader } = await learned();
    declare(["10.0.0.2,22,tcp"]);
    await evaluated(rig, reader);
    declare();
    const report = await evaluated(rig, reader, { evaluation: { id: "evaluation-2", at: NOW + 91 * MINUTE } });
    expect(steps(report)).toEqual(["resolved undeclared-port 10.0.0.2 tcp/22"]);
    expect(await rows(rig)).toEqual([]);
  });

  it("end nothing that only a scan can see, and do not count it either", async () => {
    const { rig, declare, reader } = await learned();
    const other = worldOf({ "10.0.0.3": [USUAL[0] ?? [22, ""], [80, "Apache httpd"]] });
    for (const n of [5, 6]) await rig.cycle(n, other, { deps: { readDeclared: reader } });
    const before = await rows(rig);
    expect(before.map(({ kind }) => kind)).toContain("service-changed");
    declare(["10.0.0.2,22,tcp"]);
    expect(steps(await evaluated(rig, reader))).toEqual(["opened undeclared-port 10.0.0.2 tcp/22"]);
    const after = await rows(rig);
    expect(after.filter(({ kind }) => kind !== "undeclared-port")).toEqual(before);
  });

  it("do not let one silence count twice: what was missed once is missed once", async () => {
    const { rig, declare, reader } = await learned();
    const silent = worldOf({ "10.0.0.4": [[22, "OpenSSH"]] });
    await rig.cycle(5, silent, { deps: { readDeclared: reader } });
    declare(["10.0.0.2,22,tcp"]);
    expect(steps(await evaluated(rig, reader))).toEqual(["opened undeclared-port 10.0.0.2 tcp/22"]);
    // One that was never open was looked for in every scan, and has been missing long enough.
    declare([], ["10.0.0.1,99,tcp"]);
    const report = await evaluated(rig, reader, { evaluation: { id: "evaluation-2", at: NOW + 91 * MINUTE } });
    expect(steps(report)).toContain("opened missing-endpoint 10.0.0.1 tcp/99");
    expect(steps(report)?.filter((step) => step.includes("10.0.0.4"))).toEqual([]);
  });

  it("say nothing of hosts that are no target any more", async () => {
    const { rig, declare, reader } = await learned();
    declare(["10.0.0.2,22,tcp"]);
    expect(steps(await evaluated(rig, reader, { inScope: (address) => address !== "10.0.0.2" }))).toEqual([]);
  });

  it("wait for the next scan where there is none yet, or where nothing changed", async () => {
    const { rig, reader } = await learned();
    expect(await evaluated(rig, reader)).toBeNull();
    expect(await evaluated(createRig(ADDRESSES), reader)).toBeNull();
  });
});

describe("an evaluation that is cut off", () => {
  it("leaves nothing, and says the same when it is made again", async () => {
    const { rig, declare, reader } = await learned();
    declare(["10.0.0.2,22,tcp"]);
    const before = await rig.bodies();
    const commits: EvaluationCommit[] = [];
    const dying = (store: CycleStore): CycleStore => ({
      ...store,
      commitEvaluation: (commit) => {
        commits.push(commit);
        return Promise.reject(new Error("killed"));
      },
    });
    await expect(evaluated(rig, reader, { store: dying })).rejects.toThrow("killed");
    rig.crash();
    expect(await rig.bodies()).toEqual(before);
    expect(await rows(rig)).toEqual([]);
    await evaluated(rig, reader);
    const [cut] = commits;
    expect((await rig.bodies()).slice(before.length)).toEqual(cut?.events.map(({ body }) => body));
  });

  it("changes nothing when it is committed twice", async () => {
    const { rig, declare, reader } = await learned();
    declare(["10.0.0.2,22,tcp"]);
    const twice = (store: CycleStore): CycleStore => ({
      ...store,
      commitEvaluation: async (commit) => {
        await store.commitEvaluation(commit);
        await store.commitEvaluation(commit);
      },
    });
    await evaluated(rig, reader, { store: twice });
    expect(await eventsOf(rig, "undeclared-port")).toHaveLength(1);
    expect(await rows(rig)).toEqual([expect.objectContaining({ count: 1, episode: 1 })]);
    rig.crash();
    // What was declared is part of the same commit: nothing is left to compare.
    expect(await evaluated(rig, reader)).toBeNull();
  });
});
