import type { z } from "zod";
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
}

/** What goes on while it runs. */
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

/** One that works on an open state. Whoever holds the state, a command or the agent, gives its own desk. */
export interface StateOperation<In, Out> extends Operation<Desk, In, Result<Out, OperationFailure>> {
  readonly access: "read" | "write";
  /** As {@link Operation.run}, with input that nobody has checked yet. */
  call(desk: Desk, input: unknown, during: During): Promise<Result<Out, OperationFailure | WrongInput>>;
}

/** A request that is none: each problem in one line, with the key that it is about. */
export interface WrongInput {
  readonly problems: readonly string[];
}

interface StateUse<In, Out> extends Omit<StateOperation<In, Out>, "call"> {
  /** What the schema cannot know, because it asks for the time: a problem, or null. */
  readonly check?: (input: In, now: number) => string | null;
}

export function stateOperation<In, Out>(use: StateUse<In, Out>): StateOperation<In, Out> {
  return {
    ...use,
    call: async (desk, unchecked, during) => {
      const parsed = use.input.safeParse(unchecked);
      if (!parsed.success) return err({ problems: parsed.error.issues.map(issueText) });
      const problem = use.check?.(parsed.data, desk.runtime.clock.now()) ?? null;
      return problem === null ? use.run(desk, parsed.data, during) : err({ problems: [problem] });
    },
  };
}

function issueText({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

/** Only gives its types their names. */
export function operation<At, In, Answer>(use: Operation<At, In, Answer>): Operation<At, In, Answer> {
  return use;
}
