import type { FieldBaseline, PortBaseline } from "../baseline.ts";
import { SCANS_OF_AN_UPGRADE } from "../maturity.ts";
import { severalValues } from "./compare.ts";
import type { PortField } from "./port.ts";

type Fields = PortBaseline["fields"];
type Values = ReadonlyMap<PortField, string>;

/** What an upgrade brings along. */
export const OF_VERSION: ReadonlySet<PortField> = new Set(["version", "extra_info", "banner"]);

/**
 * An upgrade that was seen so often in a row is what runs there, although it is not normal yet. Of two versions that
 * alternate by chance, the newer one is seen so often in a row once in a thousand times.
 */
const LOOKS_OF_A_ROLLBACK = SCANS_OF_AN_UPGRADE / 2;

/** The version before the upgrade is over, and so are the banner and the details that belonged to it. */
export function outgrown(fields: Fields, values: Values): boolean {
  const version = fields.get("version");
  if (version === undefined || values.get("version") !== version.current || version.current === version.value) {
    return false;
  }
  return version.streak + 1 >= SCANS_OF_AN_UPGRADE && isNewer(fields, values);
}

/** The same product in a newer version than the normal one. */
export function isNewer(fields: Fields, values: Values): boolean {
  const [version, now] = [fields.get("version")?.value, values.get("version")];
  if (version === undefined || now === undefined) return false;
  const newer = severalValues("version").outgrows?.(version, now) === true;
  return newer && isOrdinary(fields.get("product"), values.get("product"));
}

/**
 * What to compare a look with: where an upgrade stood and another version answers now, it is compared with the upgrade.
 * Going back to the version before is a rollback then, and not a return to normal.
 */
export function standingFields(fields: Fields, values: Values): Fields {
  if (!isRolledBack(fields, values)) return fields;
  const moved = [...fields].map(([name, field]): [PortField, FieldBaseline] => [
    name,
    OF_VERSION.has(name) ? upgraded(field) : field,
  ]);
  return new Map(moved);
}

function isRolledBack(fields: Fields, values: Values): boolean {
  const [version, now] = [fields.get("version"), values.get("version")];
  if (version === undefined || now === undefined || now === version.current) return false;
  if (version.values !== undefined || version.streak < LOOKS_OF_A_ROLLBACK) return false;
  const stood = new Map([...values, ["version", version.current] as const]);
  return isNewer(fields, stood);
}

function upgraded({ value: _value, values: _values, since: _since, ...field }: FieldBaseline): FieldBaseline {
  return { ...field, value: field.current };
}

function isOrdinary(known: FieldBaseline | undefined, product: string | undefined): boolean {
  return known === undefined || product === undefined || known.value === product;
}
