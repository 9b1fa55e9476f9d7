import type { Result } from "../../lib/result.ts";

/**
 * What `tripline setup` installs into systems of other people: templates, saved objects, rules. The order, the states
 * and what is left alone are decided once, in `app/setup`; a place only reads, writes and removes.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Why nothing could be asked or done. */
export interface SetupRefusal {
  /** `product`, `version`: the wrong thing answers. `rights`: it answers, but not to us. `refused`: it says no to this asset. */
  readonly reason: "unreachable" | "rights" | "product" | "version" | "refused";
  /** Without a full stop. */
  readonly text: string;
  /** A sentence; null: what fits the reason. */
  readonly fix: string | null;
}

export interface SetupAsset {
  /** What it is, in the words of the place: `component`, `dashboard`, `rule`. */
  readonly kind: string;
  readonly name: string;
  /** As it is sent, without the mark. */
  readonly body: JsonObject;
  /** The same as the place gives it back, in the form in which {@link InstalledAsset.compared} is. */
  readonly compared: JsonObject;
}

/** What tells our assets from those of others; the place keeps it somewhere inside the asset. */
export interface AssetMark {
  /** Of the assets, not of the program; compared part by part. */
  readonly version: string;
  /** {@link contentHash} of what was installed; null: installed before there was one. */
  readonly hash: string | null;
}

export interface InstalledAsset {
  /** Without the mark, and without what the place adds by itself. */
  readonly compared: JsonObject;
  /** Null: it is not ours. */
  readonly mark: AssetMark | null;
}

/** Assets without a place: what is installed where nothing better is known. */
export interface Shipment {
  /** In the order of installing; they are removed the other way round. */
  readonly assets: readonly SetupAsset[];
  readonly version: string;
  /** For people, sentences: what the assets are made for, what was left out. */
  readonly notes: readonly string[];
}

/** A place that answers, with the assets that fit it. */
export interface OpenPlace extends Shipment {
  /** Null: there is nothing of this kind and name. */
  read(asset: SetupAsset): Promise<Result<InstalledAsset | null, SetupRefusal>>;
  write(asset: SetupAsset, mark: AssetMark): Promise<Result<null, SetupRefusal>>;
  remove(asset: SetupAsset): Promise<Result<null, SetupRefusal>>;
  /** What is wrong beside the assets, as sentences; asked when everything else is done. */
  look(): Promise<Result<readonly string[], SetupRefusal>>;
  close(): Promise<void>;
}

/** By name; every choice of the target is there. */
export type Chosen = ReadonlyMap<string, string>;

export interface AssetWork {
  readonly kind: "assets";
  /** Asks nobody. */
  shipped(chosen: Chosen): Result<Shipment, SetupRefusal>;
  /** The same for people who may not call the place: path below a folder → text. */
  files(shipment: Shipment, chosen: Chosen): ReadonlyMap<string, string>;
  open(chosen: Chosen, signal: AbortSignal): Promise<Result<OpenPlace, SetupRefusal>>;
}

export interface SetupRequest {
  readonly task: "install" | "remove";
  /** Only looks. */
  readonly dryRun: boolean;
  /** Also takes what was changed by hand. */
  readonly force: boolean;
  readonly chosen: Chosen;
}

/** One thing at the place, as it was found. */
export interface SetupStep {
  /** What it is, for people, in columns. */
  readonly what: readonly string[];
  /** `create`, `update` and `remove` are done now, or would be; any other word is how it is. */
  readonly state: string;
  /** Why it was left alone, as a sentence; null: it is well. */
  readonly trouble: string | null;
  /** Line by line, with `-` for what is there and `+` for what would be; empty: nothing, or nobody asked. */
  readonly difference: readonly string[];
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SetupReport {
  readonly steps: readonly SetupStep[];
  /** For people, sentences; they do not change the exit code. */
  readonly notes: readonly string[];
  /** What is wrong beside the steps, as sentences. */
  readonly troubles: readonly string[];
  /** It ended in the middle; null: it came to its end. */
  readonly refusal: SetupRefusal | null;
}

/** Where there is no asset to mark, such as a topic. */
export interface OwnWork {
  readonly kind: "own";
  run(request: SetupRequest, signal: AbortSignal): Promise<Result<SetupReport, SetupRefusal>>;
  files(chosen: Chosen): ReadonlyMap<string, string>;
}

export type SetupWork = AssetWork | OwnWork;

/** An option of the command line that only one target has. */
export interface SetupChoice {
  /** Without the dashes. */
  readonly name: string;
  readonly about: string;
  /** Null: any text, which `--help` calls by the name. */
  readonly values: readonly [string, ...string[]] | null;
  /** Empty text: not given. */
  readonly default: string;
}

/** What the command line says about a target. */
export interface SetupAbout {
  /** For `--help`, without a full stop. */
  readonly about: string;
  /** Command lines for `--help`. */
  readonly examples: readonly string[];
  readonly choices: readonly SetupChoice[];
}
