import { didYouMean } from "./suggest.ts";

/** Keys that do not exist may be meant as one of ours, or as one of another program: what they hold is not shown either. */
const SECRET_NAME = /pass|pwd|secret|token|(api|private|access|auth)[-_.]?key|credential|bearer|authorization/i;

/** Tells whether what is under a key is a secret; the schema says it by the title of a value. */
export function secretKeys(jsonSchema: unknown): (name: string) => boolean {
  const found = propertiesIn(jsonSchema);
  const secret = [...new Set(found.filter(({ isSecret }) => isSecret).map(({ name }) => name))];
  const open = new Set(found.filter(({ isSecret }) => !isSecret).map(({ name }) => name));
  return (name) => {
    if (secret.includes(name)) return true;
    if (open.has(name)) return false;
    return SECRET_NAME.test(name) || didYouMean(name.toLowerCase(), secret) !== null;
  };
}

function propertiesIn(schema: unknown): readonly { readonly name: string; readonly isSecret: boolean }[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const names = key === "properties" && typeof value === "object" ? Object.entries(value ?? {}) : [];
    const here = names.map(([name, inner]) => ({ name, isSecret: isSecretValue(inner) }));
    return [...here, ...propertiesIn(value)];
  });
}

/** Whether a node of the JSON Schema describes a secret. */
export function isSecretValue(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && "title" in schema && schema.title === "secret";
}
