import { didYouMean } from "../../config/suggest.ts";
import { z } from "zod";
import type { SetupStep } from "../../deliver/definition.ts";
import { type Output, outputsOf } from "../../deliver/outputs.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { Site } from "./operation.ts";

/** `tripline setup`: topics and templates; idempotent, nothing of others is touched. */
export const SET_UP = z.strictObject({
  kind: z.string(),
  /** The name of one output; null: every output of the kind. */
  output: z.string().nullable(),
  dryRun: z.boolean(),
  /** By name; every choice of the kind is there. */
  chosen: z.map(z.string(), z.string()),
});

type SetUpRequest = z.infer<typeof SET_UP>;

type Place = Pick<Site, "runtime" | "loaded">;

export interface SetUpStep extends SetupStep {
  readonly output: string;
}

export interface SetUpOutcome {
  readonly steps: readonly SetUpStep[];
  /** Outputs that could not be set up; the others were. */
  readonly failures: readonly OperationFailure[];
}

/** One output after the other: a failure of one does not stop the others. */
export async function setUp(at: Place, request: SetUpRequest): Promise<Result<SetUpOutcome, OperationFailure>> {
  const wanted = outputsToSetUp(at, request);
  if (!wanted.ok) return wanted;
  const steps: SetUpStep[] = [];
  const failures: OperationFailure[] = [];
  for (const output of wanted.value) {
    const result = await setUpOne(output, request);
    if (result.ok) steps.push(...result.value.map((step) => ({ ...step, output: output.name })));
    else failures.push(unreachable(output.name, at.loaded.redact(result.error)));
  }
  return ok({ steps, failures });
}

async function setUpOne(
  { definition, settings, context }: Output,
  { dryRun, chosen }: SetUpRequest,
): Promise<Result<readonly SetupStep[], string>> {
  if (definition.setup === null) return ok([]);
  return definition.setup.run(settings, context, { dryRun, chosen });
}

function outputsToSetUp(
  { runtime, loaded }: Place,
  { kind, output }: SetUpRequest,
): Result<readonly Output[], OperationFailure> {
  const ofKind = outputsOf(loaded, { sinks: runtime.outputKinds, clock: runtime.clock }).filter(
    ({ settings }) => settings.kind === kind,
  );
  const wanted = output === null ? ofKind : ofKind.filter(({ name }) => name === output);
  if (wanted.length > 0) return ok(wanted);
  const names = ofKind.map(({ name }) => name);
  return err(output === null ? noOutput(kind) : noSuchOutput({ kind, output, names }));
}

function noOutput(kind: string): OperationFailure {
  return {
    code: "TL150",
    exit: 2,
    what: `no output of kind ${kind} is configured`,
    effect: "Nothing was set up.",
    fix: `Add outputs.${kind} to the configuration, then run tripline setup ${kind} again.`,
  };
}

function noSuchOutput(at: {
  readonly kind: string;
  readonly output: string;
  readonly names: readonly string[];
}): OperationFailure {
  const known = at.names.length === 0 ? "none is configured" : `configured: ${at.names.join(", ")}`;
  const near = didYouMean(at.output, at.names);
  return {
    code: "TL150",
    exit: 2,
    what: `there is no output ${at.output} of kind ${at.kind} (${known})`,
    effect: "Nothing was set up.",
    fix: `${near === null ? "Name one of them" : `Did you mean "${near}"? Name it`}, or leave out --sink to set up all of them.`,
  };
}

function unreachable(output: string, why: string): OperationFailure {
  return {
    code: "TL151",
    exit: 4,
    what: `output ${output} could not be set up: ${why}`,
    effect: "What was done before stays; running it again continues from there.",
    fix: "Check the address, the credentials and their rights.",
  };
}
