import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { AskedOperation, Site } from "../operations/operation.ts";
import { askSocket, NOT_UNDERSTOOD } from "./client.ts";
import { readHint } from "./hint.ts";
import { socketIn } from "./place.ts";

/** Where the unit that ships with the program makes its runtime directory. */
const USUAL_DIRECTORY = "/run/tripline";

type Askable<In, Out> = Pick<AskedOperation<never, In, Out>, "name" | "output">;

interface Question<In> {
  readonly input: In;
  readonly signal: AbortSignal;
}

/** Has the running agent do it; null: no agent of this state can be asked. */
export async function askAgent<In, Out>(
  site: Site,
  { name: operation, output }: Askable<In, Out>,
  { input, signal }: Question<In>,
): Promise<Result<Out, OperationFailure> | null> {
  const request = { operation, input, state: realPath(site.stateDirectory) };
  for (const socket of socketsOf(site)) {
    const answer = await askSocket({ socket, request, signal });
    if (answer === null || isOfAnother(answer)) continue;
    if (!answer.ok) return answer;
    const value = output.safeParse(answer.value);
    return value.success ? ok(value.data) : err(NOT_UNDERSTOOD);
  }
  return null;
}

interface Ways<Asked, Done> {
  /** Null: no agent of this state can be asked. */
  readonly ask: () => Promise<Result<Asked, OperationFailure> | null>;
  readonly self: () => Promise<Result<Done, OperationFailure>>;
}

/** Asks the agent that holds the state; without one this process does it itself. */
export async function agentFirst<Asked, Done>(
  site: Site,
  { ask, self }: Ways<Asked, Done>,
): Promise<Result<Asked | Done, OperationFailure>> {
  const held = agentHolds(site);
  const first = held ? await ask() : null;
  if (first !== null) return first;
  const done = await self();
  if (done.ok || !HELD_BY_OTHERS.has(done.error.code)) return done;
  return (held ? null : await ask()) ?? err(notReached(site, done.error));
}

/** Held since we looked, or the state of a user whose agent we may ask but whose files we may not open. */
const HELD_BY_OTHERS: ReadonlySet<string> = new Set(["TL401", "TL403", "TL405"]);

function agentHolds({ runtime, stateDirectory }: Site): boolean {
  try {
    return runtime.stateHolder(stateDirectory)?.role === "agent";
  } catch {
    // A state that we may not look into: opening it says why.
    return false;
  }
}

function socketsOf({ runtime, stateDirectory }: Site): readonly string[] {
  const hint = readHint(stateDirectory);
  if (hint !== null) return hint.socket === null ? [] : [hint.socket];
  const directories = [runtime.runtimeDirectory, stateDirectory, USUAL_DIRECTORY];
  return directories.filter((one) => one !== null).map(socketIn);
}

function isOfAnother(answer: Result<unknown, OperationFailure>): boolean {
  return !answer.ok && answer.error.code === "TL441";
}

/** Its holder is on another machine, of an older version, a command that ends by itself, or has no socket. */
function notReached({ stateDirectory }: Site, refusal: OperationFailure): OperationFailure {
  const why = readHint(stateDirectory)?.reason ?? null;
  return why === null ? refusal : { ...refusal, what: `${refusal.what}; its agent cannot be reached: ${why}` };
}

/** Also of a directory that we may not look into. */
function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}
