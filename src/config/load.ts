import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { err, ok, type Result } from "../lib/result.ts";
import { parseYaml, type YamlDocument, type YamlPath } from "../lib/yaml.ts";
import type { Environment } from "./environment.ts";
import { checkMeaning } from "./meaning.ts";
import { openConfiguration } from "./open-configuration.ts";
import { openText, readOwnFile } from "./own-file.ts";
import { type ConfigFailure, type ConfigProblem, problemsOf } from "./problems.ts";
import { plainSentence, type Wanted } from "./sentences.ts";
import type { Redact } from "./redact.ts";
import { resolveReference, secret, type Secret } from "./references.ts";
import { type Config, configJsonSchema, configSchema } from "./schema.ts";
import { type Discretion, discretionOf, isRecord, secretRedactor, valueAt } from "./secrets.ts";

/** A configuration that may be started with. */
export interface LoadedConfig {
  readonly config: Config;
  /** Path of the file as given; null when the settings come from a command alone. */
  readonly path: string | null;
  /** Relative paths in the file start here. */
  readonly directory: string;
  /** Whose file it is: he may also own the programs that it names. Null without a file. */
  readonly owner: number | null;
  readonly document: YamlDocument;
  /** What is wrong with it but does not keep it from being used; {@link warningText} shows the lines. */
  readonly warnings: readonly ConfigProblem[];
  readonly warningText: string;
  /** Takes every secret of this configuration out of a text that leaves the process. */
  readonly redact: Redact;
  /** Resolved secrets by configuration path. */
  readonly secrets: ReadonlyMap<string, Secret>;
}

export interface LoadOptions {
  /** `--config`, or null: then TRIPLINE_CONFIG, ./tripline.yaml, /etc/tripline/tripline.yaml. */
  readonly flag: string | null;
  readonly cwd: string;
  readonly environment: Environment;
  readonly now: number;
}

/** Where the settings stand, and whether their owner counts: anybody can leave a file in a directory we happen to be in. */
function configPath(
  options: LoadOptions,
): { readonly path: string; readonly owners: "any" | readonly number[] } | null {
  const named = options.flag ?? options.environment["TRIPLINE_CONFIG"];
  if (named !== undefined && named !== "") return { path: named, owners: "any" };
  if (existsSync(resolve(options.cwd, "tripline.yaml"))) return { path: "tripline.yaml", owners: [] };
  const system = "/etc/tripline/tripline.yaml";
  return existsSync(system) ? { path: system, owners: "any" } : null;
}

export function loadConfig(options: LoadOptions): Result<LoadedConfig, ConfigFailure> {
  const place = configPath(options);
  if (place === null) return err(failure(NOT_FOUND));
  const { path } = place;
  const file = resolve(options.cwd, path);
  const read = readOwnFile(file, place.owners);
  if (!read.ok) {
    const { error } = read;
    if (error.open !== null) return err(openConfiguration({ path, file, open: error.open }));
    return err(
      failure(
        `tripline: the configuration ${path} cannot be read (${error.code}). Nothing was started. Check the path and its permissions.`,
      ),
    );
  }
  return parseConfig(read.value.text, {
    path,
    directory: dirname(file),
    owner: read.value.stats.uid,
    environment: options.environment,
    now: options.now,
  });
}

const NOT_FOUND =
  "tripline: no configuration found. Looked at --config, TRIPLINE_CONFIG, ./tripline.yaml and /etc/tripline/tripline.yaml.\n" +
  "Nothing was started. A file with these two lines is enough:\n\n  segment: my-network\n  targets: [192.0.2.0/24]";

export interface ParseOptions {
  readonly path: string | null;
  readonly directory: string;
  /** Owner of the file; absent: there is none. */
  readonly owner?: number;
  readonly environment: Environment;
  readonly now: number;
}

/** Text → configuration, with every problem of the file in one go. */
export function parseConfig(text: string, options: ParseOptions): Result<LoadedConfig, ConfigFailure> {
  const file = options.path ?? "tripline.yaml";
  const document = parseYaml(text);
  const shown = discretionOf(text, document);
  const refused = (problems: readonly ConfigProblem[]) => err(rendered(file, shown, problems));
  if (document.errors.length > 0) return refused(document.errors.map((e) => ({ ...e, path: "", hint: null })));
  const parsed = configSchema.safeParse(document.value ?? {}, { error: plainSentence, reportInput: true });
  if (!parsed.success) return refused(problemsOf(parsed.error.issues, document, wantedAt));
  const meaning = checkMeaning(parsed.data, document, options.now);
  const resolved = resolveSecrets(parsed.data, document, options);
  const errors = [...meaning.errors, ...resolved.problems];
  if (errors.length > 0) return err({ ...rendered(file, shown, errors), exit: resolved.exit });
  return ok({
    config: parsed.data,
    path: options.path,
    directory: options.directory,
    owner: options.owner ?? null,
    document,
    warnings: shown.clean(meaning.warnings),
    warningText: shown.render(file, meaning.warnings),
    redact: secretRedactor(
      document,
      [...resolved.secrets.values()].map((one) => one.reveal()),
    ),
    secrets: resolved.secrets,
  });
}

function rendered(file: string, shown: Discretion, problems: readonly ConfigProblem[]): ConfigFailure {
  const count = `${problems.length} error${problems.length === 1 ? "" : "s"}. Nothing was started.`;
  const help = "Every key and its form: tripline config keys";
  const text = `${shown.render(file, problems)}\n${count} ${help}`;
  return { exit: 78, text, problems: shown.clean(problems), path: file };
}

function failure(text: string): ConfigFailure {
  return { exit: 78, text, problems: [], path: null };
}

const SECRET_PATHS: readonly YamlPath[] = [
  ["outputs", "elasticsearch", "api_key"],
  ["outputs", "elasticsearch", "password"],
];

function resolveSecrets(
  config: Config,
  document: YamlDocument,
  at: ParseOptions,
): { secrets: ReadonlyMap<string, Secret>; problems: readonly ConfigProblem[]; exit: 77 | 78 } {
  const secrets = new Map<string, Secret>();
  const problems: ConfigProblem[] = [];
  let exit: 77 | 78 = 78;
  for (const path of SECRET_PATHS) {
    const value = valueAt(config, path);
    if (typeof value !== "string") continue;
    const result = resolveReference(value, at);
    if (result.ok) secrets.set(path.join("."), secret(result.value));
    else {
      problems.push({ ...document.positionOf(path), path: path.join("."), message: result.error.message, hint: null });
      exit = result.error.exit;
    }
  }
  return { secrets, problems: [...problems, ...certificateProblem(config, document, at)], exit };
}

/** A certificate that is not there would end the agent when the output is made; one of others proves nothing. */
function certificateProblem(config: Config, document: YamlDocument, at: ParseOptions): readonly ConfigProblem[] {
  const written = config.outputs.elasticsearch?.ca_file;
  if (written === undefined) return [];
  const file = resolve(at.directory, written);
  const read = readOwnFile(file, "any");
  if (read.ok) return [];
  const { error } = read;
  const message =
    error.open === null ? `cannot be read (${error.code})` : `${openText(file, error.open)}; run ${error.open.fix}`;
  const path = ["outputs", "elasticsearch", "ca_file"];
  return [{ ...document.positionOf(path), path: path.join("."), message, hint: null }];
}

/** What the schema wants at a path. */
function wantedAt(path: YamlPath): Wanted {
  let node: unknown = configJsonSchema();
  for (const step of path)
    node = typeof step === "number" ? valueAt(node, ["items"]) : valueAt(node, ["properties", step]);
  const [properties, title] = [valueAt(node, ["properties"]), valueAt(node, ["title"])];
  return { keys: isRecord(properties) ? Object.keys(properties) : [], form: typeof title === "string" ? title : null };
}
