import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { didYouMean } from "../../config/suggest.ts";
import type { SetupRefusal, SetupReport, SetupStep } from "../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import { setUpFailure } from "../setup/failure.ts";
import { runAssets } from "../setup/run-assets.ts";
import type { SetupPlace, SetupTarget } from "../setup/target.ts";
import { writeToDirectory } from "../setup/to-dir.ts";
import type { During, Site } from "./operation.ts";

/** `tripline setup`: topics, templates, dashboards, rules; idempotent, nothing of others is touched. */
export const SET_UP = z.strictObject({
  /** The word after `setup`. */
  target: z.string(),
  /** The name of one output; null: every place of the target. */
  output: z.string().nullable(),
  task: z.enum(["install", "remove"]),
  dryRun: z.boolean(),
  force: z.boolean(),
  /** Writes files there, absolute, and asks no server; null: asks it. */
  directory: z.string().refine(isAbsolute, "an absolute path").nullable(),
  /** By name; every choice of the target is there. */
  chosen: z.map(z.string(), z.string()),
});

type SetUpRequest = z.infer<typeof SET_UP>;

type Place = Pick<Site, "runtime" | "loaded">;

export interface SetUpStep extends SetupStep {
  readonly output: string;
}

export interface SetUpOutcome {
  readonly steps: readonly SetUpStep[];
  /** Sentences, of every place once. */
  readonly notes: readonly string[];
  /** What is wrong beside the steps, as sentences. */
  readonly troubles: readonly string[];
  /** Places that could not be set up, or not to the end; the others were. */
  readonly failures: readonly OperationFailure[];
}

/** One place after the other: a failure of one does not stop the others. */
export async function setUp(
  at: Place,
  request: SetUpRequest,
  { signal }: During,
): Promise<Result<SetUpOutcome, OperationFailure>> {
  const target = at.runtime.setupTargets.find(({ name }) => name === request.target);
  if (target === undefined) throw new Error(`there is no target ${request.target} of set-up`);
  const wanted = placesOf(at, target, request);
  if (!wanted.ok) return wanted;
  const reports: (readonly [string, Result<SetupReport, SetupRefusal>])[] = [];
  for (const place of wanted.value) {
    const folder = wanted.value.length > 1 ? place.name : "";
    reports.push([place.name, await setUpOne(place, { request, folder, signal })]);
  }
  return ok(outcomeOf(at, target, reports));
}

function setUpOne(
  { work }: SetupPlace,
  {
    request,
    folder,
    signal,
  }: { readonly request: SetUpRequest; readonly folder: string; readonly signal: AbortSignal },
): Promise<Result<SetupReport, SetupRefusal>> {
  const { directory, chosen } = request;
  // Every place a folder of its own: several outputs may differ.
  if (directory !== null)
    return Promise.resolve(writeToDirectory(work, { directory: join(directory, folder), chosen }));
  return work.kind === "own" ? work.run(request, signal) : runAssets(work, request, signal);
}

function outcomeOf(
  { loaded }: Place,
  { ofOutputs }: SetupTarget,
  reports: readonly (readonly [string, Result<SetupReport, SetupRefusal>])[],
): SetUpOutcome {
  const done = reports.flatMap(([output, report]) => (report.ok ? [{ output, ...report.value }] : []));
  const failures = reports.flatMap(([output, report]) => {
    const refusal = report.ok ? report.value.refusal : report.error;
    if (refusal === null) return [];
    const steps = report.ok ? report.value.steps : [];
    return [setUpFailure({ name: output, ofOutputs, steps }, { ...refusal, text: loaded.redact(refusal.text) })];
  });
  return {
    steps: done.flatMap(({ output, steps }) => steps.map((step) => ({ ...step, output }))),
    notes: [...new Set(done.flatMap(({ notes }) => notes.map(loaded.redact)))],
    troubles: done.flatMap(({ troubles }) => troubles.map(loaded.redact)),
    failures,
  };
}

function placesOf(
  { runtime, loaded }: Place,
  target: SetupTarget,
  { output, directory, dryRun }: SetUpRequest,
): Result<readonly SetupPlace[], OperationFailure> {
  const places = target.places({ loaded, clock: runtime.clock });
  const wanted = output === null ? places : places.filter(({ name }) => name === output);
  if (wanted.length > 0) return ok(wanted);
  const bare = output === null && (directory !== null || dryRun) ? target.bare : null;
  if (bare !== null) return ok([{ name: target.name, work: bare(loaded) }]);
  return err(output === null ? nothingConfigured(target) : noSuchOutput(target.name, { output, places }));
}

function nothingConfigured({ name, ofOutputs, configuredAs = name }: SetupTarget): OperationFailure {
  return {
    code: "TL150",
    exit: 2,
    what: ofOutputs ? `no output of kind ${name} is configured` : `${configuredAs} is not configured`,
    effect: "Nothing was set up.",
    fix: ofOutputs
      ? `Add outputs.${name} to the configuration, then run tripline setup ${name} again.`
      : `Add ${configuredAs} to the configuration, then run tripline setup ${name} again.`,
  };
}

function noSuchOutput(
  kind: string,
  { output, places }: { readonly output: string; readonly places: readonly SetupPlace[] },
): OperationFailure {
  const names = places.map(({ name }) => name);
  const known = names.length === 0 ? "none is configured" : `configured: ${names.join(", ")}`;
  const near = didYouMean(output, names);
  return {
    code: "TL150",
    exit: 2,
    what: `there is no output ${output} of kind ${kind} (${known})`,
    effect: "Nothing was set up.",
    fix: `${near === null ? "Name one of them" : `Did you mean "${near}"? Name it`}, or leave out --sink to set up all of them.`,
  };
}
