import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Agent, startAgent } from "../../../src/app/agent/agent.ts";
import { askSocket } from "../../../src/app/control/client.ts";
import { type Answer, ANSWER } from "../../../src/app/control/protocol.ts";
import type { Timer } from "../../../src/app/control/read-request.ts";
import { createRuntime, type Runtime } from "../../../src/app/runtime.ts";
import type { LoadedConfig } from "../../../src/config/load.ts";
import { parseConfig } from "../../support/configuration.ts";
import { tempDir } from "../../support/temp-dir.ts";

export const OPERATOR = { by: "m.analyst", reason: "CHG-4711" };

/** A real agent in this process, with deadlines that pass only when the test says so. */
export interface RunningAgent {
  readonly agent: Agent;
  readonly state: string;
  readonly socket: string;
  readonly runtime: Runtime;
  readonly loaded: LoadedConfig;
  /** What the log said, a line each. */
  readonly log: readonly string[];
  /** Every deadline that runs now passes. */
  readonly tooLate: () => void;
  /** As SIGTERM. */
  readonly stop: () => void;
  /** A whole conversation, by the client of the command line. */
  readonly ask: (operation: string, input: unknown, state?: string) => ReturnType<typeof askSocket>;
}

export interface AgentWish {
  readonly directory?: string;
  readonly segment?: string;
  /** What it works with instead of what the machine gives. */
  readonly around?: (runtime: Runtime) => Runtime;
}

export async function runningAgent({ directory = tempDir(), around, segment = "ops" }: AgentWish = {}) {
  const text = `segment: ${segment}\ntargets: [127.0.78.1]\nports: [4444]\nos_detection: false\nevery: 1h\n`;
  writeFileSync(join(directory, "tripline.yaml"), text);
  const loaded = parseConfig(text, { path: null, directory, environment: {}, now: 1 });
  if (!loaded.ok) throw new Error(loaded.error.text);
  const log: string[] = [];
  const plain = createRuntime({ log: { level: "info", format: "json", write: (line) => void log.push(line) } });
  const runtime = around?.(plain) ?? plain;
  const stopping = new AbortController();
  const deadlines = new Set<() => void>();
  const after: Timer = (_, then) => {
    deadlines.add(then);
    return () => deadlines.delete(then);
  };
  const state = join(directory, ".tripline");
  const started = await startAgent(
    { runtime, loaded: loaded.value, stateDirectory: state, once: false, reread: () => loaded, serve: null, after },
    stopping.signal,
  );
  if (!started.ok) throw new Error(started.error.what);
  const agent = started.value;
  const tooLate = () => {
    for (const pass of deadlines) pass();
  };
  onTestFinished(async () => {
    stopping.abort();
    tooLate();
    await agent.stopped;
  });
  const socket = agent.controlSocket ?? "";
  const { signal } = new AbortController();
  const ask: RunningAgent["ask"] = (operation, input, own = state) =>
    askSocket({ socket, request: { operation, input, state: own }, signal });
  return {
    agent,
    state,
    socket,
    runtime,
    loaded: loaded.value,
    log,
    tooLate,
    stop: () => stopping.abort(),
    ask,
  } satisfies RunningAgent;
}

/** A client that does what no client should. */
export interface RawClient {
  readonly socket: Socket;
  /** The agent's first line. */
  readonly hello: () => Promise<{ readonly nonce: string }>;
  /** The agent's last line, after it closed its side. */
  readonly answer: () => Promise<Answer>;
}

export async function rawClient(path: string): Promise<RawClient> {
  const socket = connect({ path, allowHalfOpen: true });
  let text = "";
  const changed = new Set<() => void>();
  const wake = () => {
    for (const one of changed) one();
  };
  let ended = false;
  const end = () => {
    ended = true;
    wake();
  };
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    wake();
  });
  socket.on("end", end);
  socket.on("close", end);
  socket.on("error", end);
  onTestFinished(() => void socket.destroy());
  const until = (is: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!is()) return;
        changed.delete(look);
        resolve();
      };
      changed.add(look);
      look();
    });
  await new Promise((resolve) => socket.once("connect", resolve));
  const lines = () => text.split("\n").filter((line) => line !== "");
  return {
    socket,
    hello: async () => {
      await until(() => lines().length > 0 || ended);
      const hello: { readonly nonce: string } = JSON.parse(lines()[0] ?? "{}");
      return hello;
    },
    answer: async () => {
      await until(() => ended);
      return ANSWER.parse(JSON.parse(lines().at(-1) ?? "{}"));
    },
  };
}

export function codeOf(answer: Answer): string | null {
  return answer.ok ? null : answer.error.code;
}
