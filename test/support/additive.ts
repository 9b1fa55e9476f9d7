/** What a JSON value looks like: its types, and what is below it. Elements of a list are one shape together. */
interface Shape {
  readonly types: Set<string>;
  /** Objects seen here, and in how many of them each key was. */
  objects: number;
  readonly keys: Map<string, { times: number; readonly shape: Shape }>;
  /** Lists seen here that had elements. */
  readonly elements: { shape: Shape | null };
}

/**
 * What a reader of `before` would miss in `now`, one sentence each: keys that are gone or are not always there any
 * more, lists that lost all their elements, and types that were not there before. More keys are welcome.
 */
export function missingFrom(before: unknown, now: unknown): readonly string[] {
  return compared("$", shapeOf(before), shapeOf(now));
}

function compared(path: string, before: Shape, now: Shape): readonly string[] {
  const strange = [...now.types].filter((type) => !before.types.has(type));
  const problems = strange.map((type) => `${path}: ${type}, was ${[...before.types].sort().join(" or ")}`);
  if (now.objects > 0)
    for (const [key, was] of before.keys) problems.push(...comparedKey(`${path}.${key}`, { was, before, now, key }));
  const [had, has] = [before.elements.shape, now.elements.shape];
  if (had !== null && has !== null) problems.push(...compared(`${path}[]`, had, has));
  if (had !== null && has === null && now.types.has("list")) problems.push(`${path}: no element is left`);
  return problems;
}

interface Key {
  readonly key: string;
  readonly was: { readonly times: number; readonly shape: Shape };
  readonly before: Shape;
  readonly now: Shape;
}

function comparedKey(path: string, { key, was, before, now }: Key): readonly string[] {
  const is = now.keys.get(key);
  if (is === undefined) return [`${path}: gone`];
  const always = was.times === before.objects;
  return [
    ...(always && is.times < now.objects ? [`${path}: not in every element any more`] : []),
    ...compared(path, was.shape, is.shape),
  ];
}

function shapeOf(value: unknown): Shape {
  const shape = empty();
  add(shape, value);
  return shape;
}

function empty(): Shape {
  return { types: new Set(), objects: 0, keys: new Map(), elements: { shape: null } };
}

function add(shape: Shape, value: unknown): void {
  shape.types.add(typeOf(value));
  if (Array.isArray(value)) {
    for (const element of value) add((shape.elements.shape ??= empty()), element);
  } else if (typeof value === "object" && value !== null) {
    shape.objects += 1;
    for (const [key, below] of Object.entries(value)) {
      const known = shape.keys.get(key) ?? { times: 0, shape: empty() };
      known.times += 1;
      shape.keys.set(key, known);
      add(known.shape, below);
    }
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
