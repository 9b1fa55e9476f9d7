import type { YamlDocument, YamlPath } from "../lib/yaml.ts";
import type { ConfigFormat } from "./format.ts";
import { hiddenLines } from "./hidden-lines.ts";
import { type ConfigProblem, renderProblems } from "./problems.ts";
import { MARK, type Redact, redactor } from "./redact.ts";
import { isReference } from "./references.ts";
import { hideUrls, urlSecrets } from "./url-secrets.ts";
import { isRecord, valueAt } from "./value-at.ts";

/** What may be shown of a configuration file: its secrets are hidden wherever they turn up. */
export interface Discretion {
  readonly redact: Redact;
  /** The problems as they may be reported. */
  clean(problems: readonly ConfigProblem[]): readonly ConfigProblem[];
  /** The problems with their lines. */
  render(file: string, problems: readonly ConfigProblem[]): string;
}

/** Of a file that is not in effect: everything in it that looks like a secret is one. */
export function discretionOf(text: string, document: YamlDocument, format: ConfigFormat): Discretion {
  const { lines, values } = hiddenLines(text, format);
  const inDocument = secretsIn(document.value, format);
  const redact = redactor(document.errors.length > 0 ? [...values, ...inDocument] : inDocument);
  const clean = (problems: readonly ConfigProblem[]) =>
    problems.map((one) => cleanProblem(one, { document, format, redact }));
  return {
    redact,
    clean,
    render: (file, problems) => redact(renderProblems(file, { lines, text }, clean(problems))),
  };
}

/** A configuration in effect: the text, its format, and what its references lead to. */
export interface Resolved {
  readonly document: YamlDocument;
  readonly format: ConfigFormat;
  readonly secrets: readonly string[];
}

/**
 * Every secret of a configuration in effect: what is in the file and what its references lead to. A word that
 * is openly in the file as well is none: hiding it everywhere would only reveal that it is the password.
 */
export function secretRedactor({ document, format, secrets }: Resolved): Redact {
  const open = openValues(document.value, format);
  return redactor([...secretsIn(document.value, format), ...secrets].filter((value) => !open.has(value.toLowerCase())));
}

/** Everything under the keys of secrets, and what URLs hold. */
function secretsIn(value: unknown, format: ConfigFormat): readonly string[] {
  const found: string[] = [];
  visit(value, format, (text, isSecret) => {
    if (!isSecret) found.push(...urlSecrets(text));
    else if (!isReference(text)) found.push(text);
  });
  return found;
}

/** Names of the product and its neighbours are in every other line that it prints. */
const OWN_WORDS = ["tripline", "elastic", "nmap"];

function openValues(value: unknown, format: ConfigFormat): ReadonlySet<string> {
  const names = Object.keys(valueAt(value, ["outputs"]) ?? {});
  const kinds = format.parts.outputs.map(({ kind }) => kind);
  const open = new Set([...OWN_WORDS, ...kinds, ...names].map((word) => word.toLowerCase()));
  visit(value, format, (text, isSecret) => {
    if (!isSecret) open.add(text.toLowerCase());
  });
  return open;
}

/** Whether what is at a path of a valid configuration is a secret. */
export function isSecretPath(path: YamlPath, format: ConfigFormat): boolean {
  return path.some((_, i) => isSecretStep(path.slice(0, i + 1), format, i < path.length - 1));
}

/** The last step of a path; what an output is called says nothing about what is below. */
function isSecretStep(path: YamlPath, { isSecretKey }: ConfigFormat, holdsOutput: boolean): boolean {
  const step = path.at(-1);
  const isName = path.length === 2 && path[0] === "outputs" && holdsOutput;
  return typeof step === "string" && !isName && isSecretKey(step);
}

/** Every scalar, as text, and the keys below a secret one. Anchors may make a text of a few lines large: once each. */
function visit(root: unknown, format: ConfigFormat, see: (text: string, isSecret: boolean) => void): void {
  const seen = { open: new Set<unknown>(), secret: new Set<unknown>() };
  const walk = (value: unknown, path: YamlPath, isSecret: boolean): void => {
    if (typeof value === "string" || typeof value === "number") return see(String(value), isSecret);
    const visited = isSecret ? seen.secret : seen.open;
    if (typeof value !== "object" || value === null || visited.has(value)) return;
    visited.add(value);
    for (const [key, inner] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (isSecret && !Array.isArray(value)) see(key, true);
      walk(inner, at, isSecret || isSecretStep(at, format, isRecord(inner) && "kind" in inner));
    }
  };
  walk(root, [], false);
}

interface Cleaning {
  readonly document: YamlDocument;
  readonly format: ConfigFormat;
  readonly redact: Redact;
}

function cleanProblem(problem: ConfigProblem, { document, format, redact }: Cleaning): ConfigProblem {
  const tidy = (text: string) => hideUrls(redact(text));
  const message = quotesSecret(problem.path, document, format)
    ? problem.message.replace(/".*"/s, `"${MARK}"`)
    : problem.message;
  const hint = problem.hint === null ? null : tidy(problem.hint);
  return { ...problem, path: tidy(problem.path), message: tidy(message), hint };
}

/** A message quotes the beginning of a wrong value; cut, a secret in it would not be known again. */
function quotesSecret(path: string, document: YamlDocument, format: ConfigFormat): boolean {
  const value = valueAt(document.value, path === "" ? [] : path.split("."));
  return (
    typeof value === "string" && (urlSecrets(value).length > 0 || format.isSecretKey(path.split(".").at(-1) ?? ""))
  );
}
