import { contentHash, difference } from "../../domain/asset-content.ts";
import type {
  AssetWork,
  InstalledAsset,
  OpenPlace,
  SetupAsset,
  SetupRefusal,
  SetupReport,
  SetupRequest,
  SetupStep,
  Shipment,
} from "../../domain/ports/setup.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { type AssetState, judge } from "./judge.ts";
import { unaskedNote, whyLeft } from "./sentences.ts";

type State = AssetState | "remove" | "not there" | "failed" | "not done";

/** An asset and what is there instead of it. */
interface Found {
  readonly asset: SetupAsset;
  readonly installed: InstalledAsset | null;
  readonly state: State;
}

/** Looks at everything first, then installs or removes in order; stops at the first refusal and says how far it came. */
export async function runAssets(
  work: AssetWork,
  request: SetupRequest,
  signal: AbortSignal,
): Promise<Result<SetupReport, SetupRefusal>> {
  const opened = await work.open(request.chosen, signal);
  if (!opened.ok) return request.dryRun ? unasked(work, request, opened.error) : opened;
  const place = opened.value;
  try {
    const found = await lookAt(place, request);
    if (!found.ok) return found;
    const { steps, refusal } = request.dryRun
      ? { steps: found.value.map(stepOf), refusal: null }
      : await change(place, found.value);
    const looked = request.task === "remove" || refusal !== null ? ok([]) : await place.look();
    const troubles = looked.ok ? looked.value : [];
    return ok({ steps, notes: place.notes, troubles, refusal: refusal ?? (looked.ok ? null : looked.error) });
  } finally {
    await place.close();
  }
}

/** A dry run needs no server: without one it shows what an empty one would get. */
function unasked(
  work: AssetWork,
  { task, chosen }: SetupRequest,
  refusal: SetupRefusal,
): Result<SetupReport, SetupRefusal> {
  if (refusal.reason !== "unreachable" || task === "remove") return err(refusal);
  const shipped = work.shipped(chosen);
  if (!shipped.ok) return shipped;
  const { assets, notes } = shipped.value;
  const steps = assets.map((asset) => stepOf({ asset, installed: null, state: "create" }));
  const note = unaskedNote(refusal.text);
  return ok({ steps, notes: [...notes, note], troubles: [], refusal: null });
}

async function lookAt(place: OpenPlace, request: SetupRequest): Promise<Result<readonly Found[], SetupRefusal>> {
  const found: Found[] = [];
  const order = request.task === "remove" ? place.assets.toReversed() : place.assets;
  for (const asset of order) {
    const read = await place.read(asset);
    if (!read.ok) return read;
    found.push({ asset, installed: read.value, state: stateFor(request, place, { asset, installed: read.value }) });
  }
  return ok(found);
}

function stateFor(
  { task, force }: SetupRequest,
  { version }: Shipment,
  { asset, installed }: Omit<Found, "state">,
): State {
  const state = judge(asset, installed, { version, force });
  if (task === "install") return state;
  if (state === "create") return "not there";
  return state === "foreign" || state === "changed by hand" ? state : "remove";
}

async function change(
  place: OpenPlace,
  found: readonly Found[],
): Promise<{ readonly steps: readonly SetupStep[]; readonly refusal: SetupRefusal | null }> {
  const steps: SetupStep[] = [];
  let refusal: SetupRefusal | null = null;
  for (const one of found) {
    const done: Result<null, SetupRefusal> = refusal === null ? await changeOne(place, one) : ok(null);
    const rest = refusal !== null && isChange(one.state);
    if (!done.ok) refusal = done.error;
    steps.push(stepOf(done.ok ? { ...one, state: rest ? "not done" : one.state } : { ...one, state: "failed" }));
  }
  return { steps, refusal };
}

function isChange(state: State): boolean {
  return state === "create" || state === "update" || state === "remove";
}

async function changeOne(place: OpenPlace, { asset, state }: Found): Promise<Result<null, SetupRefusal>> {
  if (!isChange(state)) return ok(null);
  if (state === "remove") return place.remove(asset);
  return place.write(asset, { version: place.version, hash: contentHash(asset.compared) });
}

function stepOf({ asset, installed, state }: Found): SetupStep {
  const { kind, name } = asset;
  const lines =
    state === "remove" || state === "not there" ? [] : difference(installed?.compared ?? null, asset.compared);
  return {
    what: [kind, name],
    state,
    trouble: whyLeft(asset, state),
    difference: installed === null ? [] : lines,
    data: { kind, name, state },
  };
}
