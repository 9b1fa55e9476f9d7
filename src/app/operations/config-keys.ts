import { readFileSync } from "node:fs";
import { packagePath } from "../../config/package-root.ts";

/** One key of the configuration, as `docs/reference/config.md` lists it. */
export interface ConfigKey {
  readonly key: string;
  /** What may be written. */
  readonly form: string;
  /** In effect when nothing is written; `required`, or `–` for none. */
  readonly default: string;
  readonly meaning: string;
}

/** The keys at and below a path such as `outputs.kafka`; all of them without one. */
export function configKeys(below: string | null): readonly ConfigKey[] {
  const page = readFileSync(packagePath("docs", "reference", "config.md"), "utf8");
  const keys = page.split("\n").flatMap(keyOf);
  return below === null ? keys : keys.filter(({ key }) => isBelow(key.replaceAll("[]", ""), below));
}

const ROW = /^\| `([^`]+)` \| (.+?) \| (.+?) \| (.*) \|$/;

function keyOf(line: string): ConfigKey[] {
  const row = ROW.exec(line)?.slice(1).map(plain);
  if (row === undefined) return [];
  const [key = "", form = "", fallback = "", meaning = ""] = row;
  return [{ key, form, default: fallback, meaning }];
}

function plain(cell: string): string {
  return cell
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
    .replaceAll(/\*\*|(?<!\w)`|`(?!\w)/g, "")
    .replaceAll("\\|", "|");
}

function isBelow(key: string, path: string): boolean {
  const wanted = path.replaceAll(/\[\d*\]|\.\d+(?=\.|$)/g, "");
  return key === wanted || key.startsWith(`${wanted}.`);
}
