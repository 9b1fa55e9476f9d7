import type { z } from "zod";
import type { AuditEntry } from "../../domain/event.ts";
import { checkedInput } from "../../config/input-problems.ts";
import type { LoadedConfig } from "../../config/load.ts";
import type { ScanProgress } from "../../domain/ports/scanner.ts";
import { err, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { OpenState, Runtime } from "../runtime.ts";

/** Where a use case works that can do without a configuration (null) or keeps nothing (no state directory: null). */
export interface Ground {
  readonly runtime: Runtime;
  readonly loaded: LoadedConfig | null;
  readonly stateDirectory: string | null;
}

/** A configuration and the directory of its state, which may not exist yet. */
export interface Site extends Ground {
  readonly loaded: LoadedConfig;
  readonly stateDirectory: string;
}

/** A site whose state is open: by a command for as long as it works, or by the agent that holds it anyway. */
export interface Desk extends Site {
  readonly store: OpenState;
  /** Who asks the agent to do it; absent: whoever runs this process. */
  readonly asker?: Asker | undefined;
}

/** A user of this machine, as the system says and not as a request says. */
export interface Asker {
  readonly uid: number;
  readonly via: AuditEntry["via"];
}

/** Reports on its progress while it runs. */
export interface During {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
  /** Events that left the outbox, of those that waited. */
  readonly onSending?: ((settled: number, of: number) => void) | undefined;
}

/** A use case: called in one way by the command line, by the agent for others, by a test or another program. */
export interface Operation<At, In, Answer> {
  readonly name: string;
  /** What it takes, as a schema: whoever passes a request on from elsewhere checks it with it. */
  readonly input: z.ZodType<In>;
  /** The outcome, as a {@link Result} where it may be refused. */
  run(at: At, input: In, during: During): Promise<Answer>;
}

/** One that may be refused, and whose input may come from elsewhere. */
interface Callable<At, In, Out> extends Operation<At, In, Result<Out, OperationFailure>> {
  /** As {@link Operation.run}, with input that nobody has checked yet. */
  call(at: At, input: unknown, during: During): Promise<Result<Out, OperationFailure | WrongInput>>;
}

/** One that works on an open state. Whoever holds the state, a command or the agent, gives its own desk. */
export interface StateOperation<In, Out> extends Callable<Desk, In, Out> {
  readonly access: "read" | "write";
}

/** One that the running agent does for others, who are given its outcome. */
export interface AskedOperation<At, In, Out> extends Callable<At, In, Out> {
  /** What comes back, as a schema: whoever asked another process for it checks it with it. */
  readonly output: z.ZodType<Out>;
}

/** One that changes an open state. */
export interface ChangeOperation<In, Out> extends StateOperation<In, Out>, AskedOperation<Desk, In, Out> {}

/** An invalid request: each problem in one line, with its key. */
export interface WrongInput {
  readonly problems: readonly string[];
}

type Use<Made extends { readonly call: unknown }, In> = Omit<Made, "call" | "access"> & {
  /** What the schema cannot know, because it asks for the time: a problem, or null. */
  readonly check?: (input: In, now: number) => string | null;
};

export function stateOperation<In, Out>(
  use: Use<StateOperation<In, Out>, In> & Pick<StateOperation<In, Out>, "access">,
): StateOperation<In, Out> {
  return { ...use, call: checked(use) };
}

/** Reading, deciding and writing back is one step: neither a cycle nor another request comes between. */
export function changeOperation<In, Out>(use: Use<ChangeOperation<In, Out>, In>): ChangeOperation<In, Out> {
  const run: Callable<Desk, In, Out>["run"] = (desk, input, during) =>
    desk.store.cycles.exclusively(() => use.run(desk, input, during));
  return { ...use, access: "write", run, call: checked({ ...use, run }) };
}

export function askedOperation<At extends Ground, In, Out>(
  use: Use<AskedOperation<At, In, Out>, In>,
): AskedOperation<At, In, Out> {
  return { ...use, call: checked(use) };
}

function checked<At extends Ground, In, Out>(use: Use<Callable<At, In, Out>, In>): Callable<At, In, Out>["call"] {
  return async (at, unchecked, during) => {
    const input = checkedInput(use.input, unchecked);
    if (!input.ok) return err({ problems: input.problems });
    const problem = use.check?.(input.value, at.runtime.clock.now()) ?? null;
    return problem === null ? use.run(at, input.value, during) : err({ problems: [problem] });
  };
}

/** Only gives its types their names. */
export function operation<At, In, Answer>(use: Operation<At, In, Answer>): Operation<At, In, Answer> {
  return use;
}
