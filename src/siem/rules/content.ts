import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packagePath } from "../../config/package-root.ts";
import type { JsonObject, SetupAsset, Shipment } from "../../domain/ports/setup.ts";
import { comparedRule, ruleId } from "./compared.ts";
import { exceptionAssets, exceptionFiles } from "./exceptions.ts";

/** Edition of the pack. It is raised with every change of it, so that an older program leaves newer rules alone. */
const PACK_VERSION = "1.0";
const FOLDER = ["rules", "generated"];
const RULES = "elastic/tripline-rules.ndjson";

/** What the configuration adds to the pack. */
export interface PackSettings {
  /** Where the pages of the rules can be read; null: their paths alone. */
  readonly docsBase: string | null;
  /** Addresses that scans come from, as the targets see them. */
  readonly scanners: readonly string[];
}

/** The list for our own scanner before the rules, each of which is one asset. */
export function rulesShipment(settings: PackSettings): Shipment {
  const lines = textOf(RULES, settings).trimEnd().split("\n");
  const rules = lines.map((line) => ruleAsset(JSON.parse(line) as JsonObject));
  return {
    assets: [...exceptionAssets(settings.scanners), ...rules],
    version: PACK_VERSION,
    notes: notesFor(settings),
  };
}

/** Every generated file for every system, and the exceptions where the addresses are known. */
export function packFiles(settings: PackSettings): ReadonlyMap<string, string> {
  const names = readdirSync(packagePath(...FOLDER), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(packagePath(...FOLDER), path.join(entry.parentPath, entry.name)))
    .toSorted();
  return new Map([
    ...names.map((name) => [name, textOf(name, settings)] as const),
    ...exceptionFiles(settings.scanners),
  ]);
}

function textOf(name: string, { docsBase }: PackSettings): string {
  const text = readFileSync(packagePath(...FOLDER, name), "utf8");
  return docsBase === null ? text : text.replaceAll("docs/rules/", `${docsBase.replace(/\/+$/, "")}/docs/rules/`);
}

/** People know a rule by the name of its file, which is also that of its page. */
function ruleAsset(rule: JsonObject): SetupAsset {
  const [page] = Array.isArray(rule["references"]) ? rule["references"] : [];
  const name = typeof page === "string" ? path.basename(page, ".md") : ruleId(rule);
  return { kind: "rule", name, body: rule, compared: comparedRule(rule) };
}

const DOUBLE =
  'The stock rule "External Alerts" tells every event with event.kind: alert. Use it or this pack, or add to it the exception ' +
  "event.module: tripline, else every alert comes twice.";
const OFF = "All rules are off after the installation; switch on in Kibana what you want, under Rules, tag Tripline.";
const LIST = "Add the exception list tripline-own-scanner to rules that tell of network scans.";
const NO_LIST = "No exception list for our own scanner: set vantage.seen_as to the addresses that the targets see.";

function notesFor({ scanners }: PackSettings): readonly string[] {
  return [OFF, DOUBLE, scanners.length === 0 ? NO_LIST : LIST];
}
