import { configJsonSchema } from "./schema.ts";
import { didYouMean } from "./suggest.ts";

/** Names of keys that hold secrets, and of all others that the schema knows. */
interface KeyNames {
  readonly secret: readonly string[];
  readonly open: ReadonlySet<string>;
}

let known: KeyNames | null = null;

/** Keys that do not exist may be meant as one of ours, or as one of another program: what they hold is not shown either. */
const SECRET_NAME = /pass|pwd|secret|token|(api|private|access|auth)[-_.]?key|credential|bearer|authorization/i;

/** Whether what stands under this key is a secret. */
export function isSecretKey(name: string): boolean {
  known ??= keyNames();
  if (known.secret.includes(name)) return true;
  if (known.open.has(name)) return false;
  return SECRET_NAME.test(name) || didYouMean(name.toLowerCase(), known.secret) !== null;
}

/** The schema says it by the title of a value. */
function keyNames(): KeyNames {
  const found = propertiesIn(configJsonSchema());
  const secret = found.filter(({ isSecret }) => isSecret).map(({ name }) => name);
  const open = found.filter(({ isSecret }) => !isSecret).map(({ name }) => name);
  return { secret: [...new Set(secret)], open: new Set(open) };
}

function propertiesIn(schema: unknown): readonly { readonly name: string; readonly isSecret: boolean }[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const names = key === "properties" && typeof value === "object" ? Object.entries(value ?? {}) : [];
    const here = names.map(([name, inner]) => ({ name, isSecret: isTitled(inner) }));
    return [...here, ...propertiesIn(value)];
  });
}

function isTitled(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && "title" in schema && schema.title === "secret";
}
