import type { YamlDocument, YamlPath } from "../lib/yaml.ts";
import { hiddenLines } from "./hidden-lines.ts";
import { type ConfigProblem, renderProblems } from "./problems.ts";
import { MARK, type Redact, redactor } from "./redact.ts";
import { isReference } from "./references.ts";
import { isSecretKey } from "./secret-keys.ts";
import { hideUrls, urlSecrets } from "./url-secrets.ts";

/** What may be told about a configuration file: its secrets are hidden wherever they turn up. */
export interface Discretion {
  readonly redact: Redact;
  /** The problems as they may be told. */
  clean(problems: readonly ConfigProblem[]): readonly ConfigProblem[];
  /** The problems with the lines in which they stand. */
  render(file: string, problems: readonly ConfigProblem[]): string;
}

/** Of a file that is not in force: everything in it that looks like a secret is one. */
export function discretionOf(text: string, document: YamlDocument): Discretion {
  const { lines, values } = hiddenLines(text);
  const inDocument = secretsIn(document.value);
  const redact = redactor(document.errors.length > 0 ? [...values, ...inDocument] : inDocument);
  const clean = (problems: readonly ConfigProblem[]) => problems.map((one) => cleanProblem(one, document, redact));
  return {
    redact,
    clean,
    render: (file, problems) => redact(renderProblems(file, { lines, text }, clean(problems))),
  };
}

/**
 * Every secret of a configuration in force: what stands in the file and what its references lead to. A word that
 * stands openly in the file as well is none: hiding it everywhere would only tell that it is the password.
 */
export function secretRedactor(document: YamlDocument, resolved: readonly string[]): Redact {
  const open = openValues(document.value);
  return redactor([...secretsIn(document.value), ...resolved].filter((value) => !open.has(value.toLowerCase())));
}

/** Everything under the keys of secrets, and what URLs hold. */
function secretsIn(value: unknown): readonly string[] {
  const found: string[] = [];
  visit(value, (text, isSecret) => {
    if (!isSecret) found.push(...urlSecrets(text));
    else if (!isReference(text)) found.push(text);
  });
  return found;
}

/** Names of the product and its neighbours stand in every other line that it prints. */
const OWN_WORDS = ["tripline", "elastic", "elasticsearch", "kafka", "nmap"];

function openValues(value: unknown): ReadonlySet<string> {
  const open = new Set(OWN_WORDS);
  visit(value, (text, isSecret) => {
    if (!isSecret) open.add(text.toLowerCase());
  });
  return open;
}

/** Every scalar, as text, and the keys below a secret one. Anchors may make a text of a few lines large: once each. */
function visit(root: unknown, see: (text: string, isSecret: boolean) => void): void {
  const seen = { open: new Set<unknown>(), secret: new Set<unknown>() };
  const walk = (value: unknown, isSecret: boolean): void => {
    if (typeof value === "string" || typeof value === "number") return see(String(value), isSecret);
    const visited = isSecret ? seen.secret : seen.open;
    if (typeof value !== "object" || value === null || visited.has(value)) return;
    visited.add(value);
    for (const [key, inner] of Object.entries(value)) {
      if (isSecret && !Array.isArray(value)) see(key, true);
      walk(inner, isSecret || (!Array.isArray(value) && isSecretKey(key)));
    }
  };
  walk(root, false);
}

function cleanProblem(problem: ConfigProblem, document: YamlDocument, redact: Redact): ConfigProblem {
  const tidy = (text: string) => hideUrls(redact(text));
  const message = quotesSecret(problem.path, document)
    ? problem.message.replace(/".*"/s, `"${MARK}"`)
    : problem.message;
  const hint = problem.hint === null ? null : tidy(problem.hint);
  return { ...problem, path: tidy(problem.path), message: tidy(message), hint };
}

/** A message quotes the beginning of a wrong value; cut, a secret in it would not be known again. */
function quotesSecret(path: string, document: YamlDocument): boolean {
  const value = valueAt(document.value, path === "" ? [] : path.split("."));
  return typeof value === "string" && (urlSecrets(value).length > 0 || isSecretKey(path.split(".").at(-1) ?? ""));
}

export function valueAt(root: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => (isRecord(value) ? value[String(step)] : undefined), root);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
