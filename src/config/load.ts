import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { err, ok, type Result } from "../lib/result.ts";
import { parseYaml, type YamlDocument } from "../lib/yaml.ts";
import type { Environment } from "./environment.ts";
import { checkedDocument } from "./checked-document.ts";
import { described } from "./described.ts";
import type { ConfigFormat } from "./format.ts";
import { checkMeaning } from "./meaning.ts";
import { openConfiguration } from "./open-configuration.ts";
import { outputNameProblems } from "./outputs.ts";
import { readOwnFile } from "./own-file.ts";
import type { ConfigFailure, ConfigProblem } from "./problems.ts";
import type { Redact } from "./redact.ts";
import { resolveReference, secret, type Secret } from "./references.ts";
import type { Config } from "./schema.ts";
import { isSecretValue } from "./secret-keys.ts";
import { type Discretion, discretionOf, secretRedactor } from "./secrets.ts";

/** A configuration that may be started with. */
export interface LoadedConfig {
  readonly config: Config;
  /** What it was checked against. */
  readonly format: ConfigFormat;
  /** Path of the file as given; null when the settings come from a command alone. */
  readonly path: string | null;
  /** Relative paths in the file start here. */
  readonly directory: string;
  /** Whose file it is: that user may also own the programs that it names. Null without a file. */
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
  /** What may be written, with the parts of other rooms in it. */
  readonly format: ConfigFormat;
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
    format: options.format,
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
  readonly format: ConfigFormat;
}

/** Text → configuration, with every problem of the file in one go. */
export function parseConfig(text: string, options: ParseOptions): Result<LoadedConfig, ConfigFailure> {
  const file = options.path ?? "tripline.yaml";
  const { format } = options;
  const document = parseYaml(text);
  const shown = discretionOf(text, document, format);
  const refused = (problems: readonly ConfigProblem[]) => err(rendered(file, shown, problems));
  const checked = checkForm(document, format);
  if (!checked.ok) return refused(checked.error);
  const config = checked.value;
  const meaning = checkMeaning(config, document, options);
  const resolved = resolveSecrets(config, document, options);
  const errors = [...meaning.errors, ...resolved.problems];
  if (errors.length > 0) return err({ ...rendered(file, shown, errors), exit: resolved.exit });
  const secrets = [...resolved.secrets.values()].map((one) => one.reveal());
  return ok({
    config,
    format,
    path: options.path,
    directory: options.directory,
    owner: options.owner ?? null,
    document,
    warnings: shown.clean(meaning.warnings),
    warningText: shown.render(file, meaning.warnings),
    redact: secretRedactor({ document, format, secrets }),
    secrets: resolved.secrets,
  });
}

/** The first ring: every key, its form, and the names that are the operator's own. */
function checkForm(document: YamlDocument, format: ConfigFormat): Result<Config, readonly ConfigProblem[]> {
  const checked = checkedDocument(format, { ...document, value: document.value ?? {} });
  const names = outputNameProblems(document);
  if (checked.ok && names.length === 0) return checked;
  const problems = [...(checked.ok ? [] : checked.error), ...names];
  return err(problems.toSorted((a, b) => a.line - b.line || a.column - b.column));
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

function resolveSecrets(
  config: Config,
  document: YamlDocument,
  at: ParseOptions,
): { secrets: ReadonlyMap<string, Secret>; problems: readonly ConfigProblem[]; exit: 77 | 78 } {
  const secrets = new Map<string, Secret>();
  const problems: ConfigProblem[] = [];
  let exit: 77 | 78 = 78;
  for (const { path, value, node } of described(at.format.jsonSchema(), config)) {
    if (!isSecretValue(node) || typeof value !== "string") continue;
    const result = resolveReference(value, at);
    if (result.ok) secrets.set(path.join("."), secret(result.value));
    else {
      problems.push({ ...document.positionOf(path), path: path.join("."), message: result.error.message, hint: null });
      exit = result.error.exit;
    }
  }
  return { secrets, problems, exit };
}
