/** The conditions of rules: flat fields with the comparisons that every target language has. */
export type Scalar = string | number | boolean;

export interface Test {
  readonly field: string;
  readonly is: { readonly oneOf: readonly Scalar[] } | { readonly atLeast: number };
}

/** All of `all` hold and none of `none` does. */
export interface Alternative {
  readonly all: readonly Test[];
  readonly none: readonly Test[];
}

/** What every alternative shares, and the alternatives, of which one is enough. */
export interface Condition {
  readonly base: readonly Test[];
  readonly any: readonly Alternative[];
}

export function equals(field: string, ...oneOf: readonly Scalar[]): Test {
  return { field, is: { oneOf } };
}

/** Whether a document fits; of a field with several values one is enough. */
export function matches(document: unknown, { base, any }: Condition): boolean {
  const holds = ({ field, is }: Test) => valuesAt(document, field.split(".")).some((value) => fits(value, is));
  return base.every(holds) && any.some(({ all, none }) => all.every(holds) && !none.some(holds));
}

/** Every field that a condition reads, each once. */
export function fieldsOf({ base, any }: Condition): readonly string[] {
  return [...new Set([...base, ...any.flatMap(({ all, none }) => [...all, ...none])].map(({ field }) => field))];
}

function fits(value: unknown, is: Test["is"]): boolean {
  if ("atLeast" in is) return typeof value === "number" && value >= is.atLeast;
  return is.oneOf.some((one) => one === value);
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  const [key, ...rest] = path;
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, path));
  if (key === undefined) return [value];
  return typeof value === "object" && value !== null ? valuesAt(Reflect.get(value, key), rest) : [];
}
