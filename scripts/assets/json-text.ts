import type { Json, JsonObject } from "../../src/domain/ports/setup.ts";

export type { Json, JsonObject };

const WIDTH = 120;

/** JSON as the formatter of the repository wants it: lists of scalars stay on one line where they fit. */
export function jsonText(value: Json): string {
  return `${render(value, { indent: "", column: 0 })}\n`;
}

interface Place {
  readonly indent: string;
  /** Columns taken before the value on its line. */
  readonly column: number;
}

function render(value: Json, place: Place): string {
  if (isList(value)) return renderList(value, place);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${place.indent}  `;
  const lines = Object.entries(value).map(([key, item]) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return start + render(item, { indent: inner, column: start.length + 1 });
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n${place.indent}}`;
}

function renderList(list: readonly Json[], place: Place): string {
  const inner = `${place.indent}  `;
  const items = list.map((item) => render(item, { indent: inner, column: inner.length + 1 }));
  const line = `[${items.join(", ")}]`;
  const fits = place.column + line.length <= WIDTH && !line.includes("\n");
  return fits ? line : `[\n${items.map((item) => inner + item).join(",\n")}\n${place.indent}]`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
