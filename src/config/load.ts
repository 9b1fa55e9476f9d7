import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { err, ok, type Result } from "../lib/result.ts";
import { parseYaml, type YamlDocument, type YamlPath } from "../lib/yaml.ts";
import type { Environment } from "./environment.ts";
import { checkMeaning } from "./meaning.ts";
import { type ConfigProblem, problemsOf, renderProblems } from "./problems.ts";
import { resolveReference, secret, type Secret } from "./references.ts";
import { type Config, configJsonSchema, configSchema } from "./schema.ts";

/** A configuration that may be started with. */
export interface LoadedConfig {
  readonly config: Config;
  /** Path of the file as given; null when the settings come from a command alone. */
  readonly path: string | null;
  /** Relative paths in the file start here. */
  readonly directory: string;
  readonly document: YamlDocument;
  readonly text: string;
  readonly warnings: readonly ConfigProblem[];
  /** Resolved secrets by configuration path. */
  readonly secrets: ReadonlyMap<string, Secret>;
}

/** Why nothing was started: the text for stderr and the exit code. */
export interface ConfigFailure {
  readonly exit: 77 | 78;
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  /** The file they stand in, as given; null when there is none. */
  readonly path: string | null;
}

export interface LoadOptions {
  /** `--config`, or null: then TRIPLINE_CONFIG, ./tripline.yaml, /etc/tripline/tripline.yaml. */
  readonly flag: string | null;
  readonly cwd: string;
  readonly environment: Environment;
  readonly now: number;
}

function configPath(options: LoadOptions): string | null {
  const named = options.flag ?? options.environment["TRIPLINE_CONFIG"];
  if (named !== undefined && named !== "") return named;
  const usual = ["tripline.yaml", "/etc/tripline/tripline.yaml"];
  return usual.find((path) => existsSync(resolve(options.cwd, path))) ?? null;
}

export function loadConfig(options: LoadOptions): Result<LoadedConfig, ConfigFailure> {
  const path = configPath(options);
  if (path === null) return err(failure(NOT_FOUND));
  const text = readText(resolve(options.cwd, path));
  if (!text.ok)
    return err(
      failure(
        `tripline: the configuration ${path} cannot be read (${text.error}). Nothing was started. Check the path and its permissions.`,
      ),
    );
  return parseConfig(text.value, {
    path,
    directory: dirname(resolve(options.cwd, path)),
    environment: options.environment,
    now: options.now,
  });
}

const NOT_FOUND =
  "tripline: no configuration found. Looked at --config, TRIPLINE_CONFIG, ./tripline.yaml and /etc/tripline/tripline.yaml.\n" +
  "Nothing was started. A file with these two lines is enough:\n\n  segment: my-network\n  targets: [192.0.2.0/24]";

function readText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    return err(error instanceof Error && "code" in error ? String(error.code) : "unreadable");
  }
}

export interface ParseOptions {
  readonly path: string | null;
  readonly directory: string;
  readonly environment: Environment;
  readonly now: number;
}

/** Text → configuration, with every problem of the file in one go. */
export function parseConfig(text: string, options: ParseOptions): Result<LoadedConfig, ConfigFailure> {
  const file = options.path ?? "tripline.yaml";
  const document = parseYaml(text);
  if (document.errors.length > 0) {
    return err(
      rendered(
        file,
        text,
        document.errors.map((e) => ({ ...e, path: "", hint: null })),
      ),
    );
  }
  const parsed = configSchema.safeParse(document.value ?? {});
  if (!parsed.success) return err(rendered(file, text, problemsOf(parsed.error.issues, document, knownKeys)));
  const meaning = checkMeaning(parsed.data, document, options.now);
  const resolved = resolveSecrets(parsed.data, document, options);
  const errors = [...meaning.errors, ...resolved.problems];
  if (errors.length > 0) return err({ ...rendered(file, text, errors), exit: resolved.exit });
  return ok({
    config: parsed.data,
    path: options.path,
    directory: options.directory,
    document,
    text,
    warnings: meaning.warnings,
    secrets: resolved.secrets,
  });
}

function rendered(file: string, text: string, problems: readonly ConfigProblem[]): ConfigFailure {
  const count = `${problems.length} error${problems.length === 1 ? "" : "s"}. Nothing was started.`;
  const help = "Every key and its form: tripline config keys";
  return { exit: 78, text: `${renderProblems(file, text, problems)}\n${count} ${help}`, problems, path: file };
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

/** A certificate that is not there would end the agent when the output is made. */
function certificateProblem(config: Config, document: YamlDocument, at: ParseOptions): readonly ConfigProblem[] {
  const file = config.outputs.elasticsearch?.ca_file;
  const read = file === undefined ? ok("") : readText(resolve(at.directory, file));
  if (read.ok) return [];
  const path = ["outputs", "elasticsearch", "ca_file"];
  return [
    { ...document.positionOf(path), path: path.join("."), message: `cannot be read (${read.error})`, hint: null },
  ];
}

export function valueAt(root: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => (isRecord(value) ? value[String(step)] : undefined), root);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The keys the schema knows at a path, for "did you mean". */
function knownKeys(path: YamlPath): readonly string[] {
  let node: unknown = configJsonSchema();
  for (const step of path)
    node = typeof step === "number" ? valueAt(node, ["items"]) : valueAt(node, ["properties", step]);
  const properties = valueAt(node, ["properties"]);
  return isRecord(properties) ? Object.keys(properties) : [];
}
