import type { YamlPath } from "../lib/yaml.ts";

/** What is at a path of plain data; undefined when there is nothing. */
export function valueAt(root: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => {
    return isRecord(value) && Object.hasOwn(value, String(step)) ? value[String(step)] : undefined;
  }, root);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
