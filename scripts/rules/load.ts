import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseYaml } from "../../src/lib/yaml.ts";
import { type Rule, RULE_FILE, ruleOf } from "./rule.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const FOLDER = "rules/alerts";

/** Every rule of rules/alerts in the order of the names. */
export function loadRules(): readonly Rule[] {
  const names = readdirSync(path.join(ROOT, FOLDER)).filter((name) => name.endsWith(".yaml"));
  return names
    .toSorted()
    .map((name) => readRule(`${FOLDER}/${name}`, readFileSync(path.join(ROOT, FOLDER, name), "utf8")));
}

/** Throws with file, line and what is wrong with it. */
export function readRule(file: string, text: string): Rule {
  const document = parseYaml(text);
  const [broken] = document.errors;
  if (broken !== undefined) throw new Error(`${file}:${broken.line}: ${broken.message}`);
  const parsed = RULE_FILE.safeParse(document.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: at, message }) => {
      const where = at.map((step) => (typeof step === "symbol" ? String(step) : step));
      return `${file}:${document.positionOf(where).line}: ${where.join(".")} ${message}`;
    });
    throw new Error(problems.join("\n"));
  }
  if (`${parsed.data.slug}.yaml` !== path.basename(file)) throw new Error(`${file}: its slug is ${parsed.data.slug}`);
  return ruleOf(parsed.data);
}
