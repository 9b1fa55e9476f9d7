import { describe, expect, it, vi } from "vitest";
import { askSocket } from "../../../src/app/control/client.ts";
import type { CycleStore } from "../../../src/domain/ports/stores.ts";
import type { OpenState, Runtime } from "../../../src/app/runtime.ts";
import { OPERATIONS } from "../../../src/app/operations/registry.ts";
import { ok } from "../../../src/lib/result.ts";
import { OPERATOR, rawClient, type RunningAgent, runningAgent, codeOf } from "./running-agent.ts";

/** The commit of a cycle stands still until it is let go. */
function heldCommit() {
  const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const cycles = (store: CycleStore): CycleStore => ({
    ...store,
    commitCycle: async (commit) => {
      reached.resolve();
      await go.promise;
      await store.commitCycle(commit);
    },
  });
  const around = (runtime: Runtime): Runtime => ({
    ...runtime,
    openState: (...asked) => {
      const opened = runtime.openState(...asked);
      return opened.ok ? ok({ ...opened.value, cycles: cycles(opened.value.cycles) } satisfies OpenState) : opened;
    },
  });
  return { around, reached: reached.promise, go: () => go.resolve() };
}

async function audit(agent: RunningAgent) {
  const opened = agent.runtime.openState(agent.state, "read");
  if (!opened.ok) throw new Error(opened.error.what);
  try {
    return await opened.value.history.audit(50);
  } finally {
    opened.value.close();
  }
}

const finished = (agent: RunningAgent) => agent.log.filter((line) => line.includes('"cycle finished"')).length;

it("a request during the commit of a cycle waits for it and is done; the cycle is kept", async () => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  let answered = false;
  const asking = agent.ask("learn", OPERATOR).finally(() => (answered = true));
  // A whole other conversation meanwhile, so that the first one had its chance to be answered too early.
  expect(await agent.ask("scan", { profile: "deep" })).toMatchObject({ value: { state: "next", profile: "deep" } });
  expect([answered, finished(agent)]).toEqual([false, 0]);
  commit.go();
  expect(await asking).toMatchObject({ ok: true, value: { segment: "ops" } });
  await vi.waitUntil(() => finished(agent) === 2, { timeout: 60_000 });
  const kinds = (await audit(agent)).map(({ kind, via, uid }) => [kind, via, uid]);
  const uid = process.geteuid?.();
  expect(kinds.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
    ["baseline-reset", "control", uid],
    ["scan-requested", "control", uid],
  ]);
});

it("two scans that are asked for while one runs become one, and a tick does not take its place", async () => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  for (const _ of [1, 2])
    expect(await agent.ask("scan", { profile: "ports" })).toMatchObject({ value: { state: "next" } });
  commit.go();
  await vi.waitUntil(() => finished(agent) === 2, { timeout: 60_000 });
  expect(await agent.ask("scan", { profile: "ports" })).toMatchObject({ value: { state: "started" } });
  await vi.waitUntil(() => finished(agent) === 3, { timeout: 60_000 });
});

it("a scan that is awaited answers with its result, and all who wait for the next one get the same", async () => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  const waiting = [1, 2].map(() => agent.ask("scan", { profile: "ports", wait: true }));
  // A whole other conversation: both had their chance to be answered too early.
  await agent.ask("scan", { profile: "ports" });
  expect(finished(agent)).toBe(0);
  commit.go();
  const [one, other] = await Promise.all(waiting);
  expect(one).toMatchObject({
    ok: true,
    value: {
      state: "next",
      profile: "ports",
      ended: {
        version: expect.any(String),
        waiting: expect.any(Number),
        outcome: { summary: { completeness: "complete" }, steps: [] },
      },
    },
  });
  // What waits in the outbox goes down meanwhile.
  const told = (answer: unknown) => JSON.stringify(answer).replace(/"waiting":\d+/, "");
  expect(told(other)).toBe(told(one));
  expect(finished(agent)).toBe(2);
});

it("who no longer waits for a scan leaves it to the agent, which does it and has room for others", async () => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  const leaving = new AbortController();
  const request = { operation: "scan", input: { profile: "ports", wait: true }, state: agent.state };
  const waiting = askSocket({ socket: agent.socket, request, signal: leaving.signal });
  await agent.ask("scan", { profile: "ports" });
  leaving.abort();
  expect(await waiting).toMatchObject({ ok: false, error: { code: "TL444", exit: 130 } });
  commit.go();
  await vi.waitUntil(() => finished(agent) === 2, { timeout: 60_000 });
  expect(await agent.ask("scan", { profile: "ports", wait: true })).toMatchObject({ value: { state: "started" } });
});

it.each([
  ["the next one", "ports" as const],
  ["of another profile", "deep" as const],
])("an agent that stops tells whoever waits for a scan that it will not come (%s)", async (_, profile) => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  const waiting = agent.ask("scan", { profile, wait: true });
  await agent.ask("scan", { profile });
  agent.stop();
  commit.go();
  expect(await waiting).toMatchObject({ ok: false, error: { code: "TL451", exit: 3 } });
  await agent.agent.stopped;
});

describe("a command that waits for the scan of the agent", () => {
  const REQUEST = { profile: "ports", learn: true, learnScans: null, emit: false } as const;

  /** Waits for a scan that cannot end before the test lets it. */
  async function waitingCommand() {
    const commit = heldCommit();
    const agent = await runningAgent({ around: commit.around });
    await commit.reached;
    const interrupt = new AbortController();
    const site = { runtime: agent.runtime, loaded: agent.loaded, stateDirectory: agent.state };
    const told: string[] = [];
    const during = {
      signal: interrupt.signal,
      onProgress: ({ phase }: { readonly phase: string }) => void told.push(phase),
    };
    const waiting = OPERATIONS.scanOrAsk.run(site, REQUEST, during);
    // Answered only after the first one is under way.
    await agent.ask("scan", { profile: "ports" });
    expect(told).toEqual(["waiting for the running agent"]);
    return { agent, commit, interrupt, waiting };
  }

  it("ends with Ctrl-C and says that the agent continues, which it does", async () => {
    const { agent, commit, interrupt, waiting } = await waitingCommand();
    interrupt.abort();
    expect(await waiting).toMatchObject({
      ok: false,
      error: { code: "TL444", exit: 130, effect: "The agent continues its scan." },
    });
    commit.go();
    await vi.waitUntil(() => finished(agent) === 2, { timeout: 60_000 });
  });

  it("is told TL451 when the connection breaks off, as after kill -9", async () => {
    const { agent, commit, waiting } = await waitingCommand();
    agent.stop();
    agent.tooLate();
    expect(await waiting).toMatchObject({ ok: false, error: { code: "TL451", exit: 3 } });
    commit.go();
    await agent.agent.stopped;
  });
});

it("two who end the same mute at once: one does, the other is told that there is none", async () => {
  const agent = await runningAgent();
  const until = Date.now() + 3_600_000;
  const made = await agent.ask("mute", { host: "10.0.0.5", until, ...OPERATOR });
  if (made?.ok !== true || made.value === null || typeof made.value !== "object" || !("id" in made.value))
    throw new Error("the mute was not made");
  const { id } = made.value;
  const both = await Promise.all([1, 2].map(() => agent.ask("unmute", { id, ...OPERATOR })));
  expect(
    both
      .map((answer) => (answer?.ok === true ? "done" : answer?.error.code))
      .toSorted((a, b) => String(a).localeCompare(String(b))),
  ).toEqual(["done", "TL602"]);
});

it("an agent that stops finishes the request that it has begun, and refuses the one that is not whole", async () => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  const begun = agent.ask("learn", OPERATOR);
  const half = await rawClient(agent.socket);
  await half.hello();
  half.socket.write('{"v":1,');
  // Answered only after the first one is under way.
  await agent.ask("scan", { profile: "ports" });
  agent.stop();
  expect(codeOf(await half.answer())).toBe("TL440");
  expect(await agent.ask("learn", OPERATOR)).toBeNull();
  commit.go();
  expect(await begun).toMatchObject({ ok: true });
  await agent.agent.stopped;
  expect((await audit(agent)).map(({ kind }) => kind)).toContain("baseline-reset");
});

it("an agent that stops does not wait for ever: who asked learns that the outcome is unknown", async () => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  const begun = agent.ask("learn", OPERATOR);
  await agent.ask("scan", { profile: "ports" });
  agent.stop();
  agent.tooLate();
  expect(await begun).toMatchObject({ ok: false, error: { code: "TL444", exit: 3 } });
  commit.go();
  await agent.agent.stopped;
});

it("a reload that waits for a scan is refused when the agent stops", async () => {
  const commit = heldCommit();
  const agent = await runningAgent({ around: commit.around });
  await commit.reached;
  const waiting = agent.ask("reload", {});
  await agent.ask("scan", { profile: "ports" });
  agent.stop();
  commit.go();
  expect(await waiting).toMatchObject({ ok: false, error: { code: "TL440" } });
});

it("every request is a line in the log and counted by operation and outcome, whatever it called itself", async () => {
  const agent = await runningAgent();
  await agent.ask("learn", OPERATOR);
  await agent.ask("rm -rf", OPERATOR);
  const { metrics } = agent.runtime.telemetry;
  const count = (operation: string, outcome: string) =>
    metrics.value("tripline_control_requests_total", { operation, outcome });
  expect([count("learn", "done"), count("none", "refused"), count("rm -rf", "refused")]).toEqual([1, 1, 0]);
});
