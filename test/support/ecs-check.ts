import { EcsFlat } from "@elastic/ecs";
import { FIELDS, type Field, MAX_EVENT_BYTES, MAX_MESSAGE } from "../../src/events/fields.ts";
import { canonicalAddress } from "../../src/lib/ip.ts";
import { eventRuleProblems } from "./ecs-event-rules.ts";

/** What the ECS package says of one field, as far as it is checked. */
interface EcsField {
  readonly type: string;
  readonly normalize?: readonly string[];
  readonly pattern?: string;
  readonly expected_values?: readonly string[];
  readonly allowed_values?: readonly { readonly name: string }[];
}

interface Rule {
  readonly field: Field;
  readonly pattern: RegExp | null;
  readonly values: ReadonlySet<string> | null;
}

export type Json = { readonly [key: string]: unknown };
/** A leaf with its dotted name; members of an array come one by one. */
export interface Leaf {
  readonly name: string;
  readonly value: unknown;
}

const ECS: Readonly<Record<string, EcsField | undefined>> = EcsFlat;
const RULES: ReadonlyMap<string, Rule> = new Map(FIELDS.map((field) => [field.name, ruleOf(field)]));
const UNCLEAN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/;

/**
 * Throws with every problem of one event body: ECS 9.4.0 types, array-ness, allowed and expected values, the
 * `tripline.*` table, limits, message, alert and related rules of the contract.
 */
export function assertEcsEvent(body: string): void {
  const problems = ecsEventProblems(body);
  if (problems.length === 0) return;
  throw new Error(`event breaks its contract:\n- ${problems.join("\n- ")}\n${body.slice(0, 4000)}`);
}

/** The same as a list; empty when the event is as it must be. */
export function ecsEventProblems(body: string): readonly string[] {
  const bytes = Buffer.byteLength(body);
  const size = bytes > MAX_EVENT_BYTES ? [`event: ${bytes} bytes, at most ${MAX_EVENT_BYTES} allowed`] : [];
  const document: unknown = JSON.parse(body);
  if (!isObject(document)) return ["event: not a JSON object"];
  const problems = [...size];
  const leaves: Leaf[] = [];
  walk(document, "", { problems, leaves });
  return [...problems, ...messageProblems(document["message"]), ...eventRuleProblems(leaves)];
}

/** Where our table and the ECS package disagree; empty when every ECS field of ours is one, with its type. */
export function tableProblems(): readonly string[] {
  return FIELDS.filter((field) => field.origin === "ecs").flatMap((field) => {
    const ecs = ECS[field.name];
    if (ecs === undefined) return [`${field.name}: no field of ECS`];
    const type = field.type === "labels" ? "object" : field.type;
    const array = ecs.normalize?.includes("array") ?? false;
    return [
      ...(ecs.type === type ? [] : [`${field.name}: ${field.type}, in ECS ${ecs.type}`]),
      ...(array === field.array ? [] : [`${field.name}: array ${field.array}, in ECS ${array}`]),
    ];
  });
}

function ruleOf(field: Field): Rule {
  const ecs = ECS[field.name];
  const names = ecs?.allowed_values?.map((value) => value.name) ?? ecs?.expected_values ?? null;
  return {
    field,
    pattern: ecs?.pattern === undefined ? null : new RegExp(ecs.pattern),
    values: names === null ? null : new Set(names),
  };
}

interface Found {
  readonly problems: string[];
  readonly leaves: Leaf[];
}

function walk(object: Json, path: string, found: Found): void {
  for (const [key, value] of Object.entries(object)) {
    const name = path === "" ? key : `${path}.${key}`;
    if (key.includes(".")) found.problems.push(`${name}: dotted key, objects must be nested`);
    const rule = RULES.get(name);
    if (rule !== undefined) checkField(rule, value, found);
    else if (isObject(value) && Object.keys(value).length > 0) walk(value, name, found);
    else found.problems.push(`${name}: ${shown(value)} is in no row of the field table`);
  }
}

function checkField(rule: Rule, value: unknown, found: Found): void {
  const { field } = rule;
  if (Array.isArray(value) !== field.array) {
    found.problems.push(`${field.name}: must ${field.array ? "" : "not "}be an array, is ${shown(value)}`);
    return;
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) found.problems.push(`${field.name}: empty array`);
  if (field.maxItems !== null && values.length > field.maxItems) {
    found.problems.push(`${field.name}: ${values.length} values, at most ${field.maxItems} allowed`);
  }
  for (const item of values) checkValue(rule, item, found);
}

function checkValue(rule: Rule, value: unknown, found: Found): void {
  const { field } = rule;
  found.leaves.push({ name: field.name, value });
  const problem = typeProblem(field, value) ?? textProblem(rule, value);
  if (problem !== null) found.problems.push(`${field.name}: ${problem}`);
}

function typeProblem(field: Field, value: unknown): string | null {
  switch (field.type) {
    case "labels":
    case "flattened":
      return mapProblem(value, field);
    case "raw":
      return isObject(value) && noneEmpty(value) ? null : `${shown(value)} is not an object with values`;
    case "boolean":
      return typeof value === "boolean" ? null : `${shown(value)} is not a boolean`;
    case "long":
      return Number.isInteger(value) ? null : `${shown(value)} is not a whole number`;
    case "float":
      return typeof value === "number" ? null : `${shown(value)} is not a number`;
    case "date":
      return isDate(value) ? null : `${shown(value)} is not a UTC time with milliseconds`;
    case "ip":
      return typeof value === "string" && canonicalAddress(value) === value ? null : `${shown(value)} is no address`;
    default:
      return typeof value === "string" && value !== "" ? null : `${shown(value)} is not a text with content`;
  }
}

function textProblem(rule: Rule, value: unknown): string | null {
  if (typeof value !== "string") return null;
  const { field, pattern, values } = rule;
  const bytes = Buffer.byteLength(value);
  if (field.maxBytes !== null && bytes > field.maxBytes) return `${bytes} bytes, at most ${field.maxBytes} allowed`;
  if (UNCLEAN.test(value)) return `${shown(value)} holds control or invisible characters`;
  if (values !== null && !values.has(value)) return `${shown(value)} is not among ${[...values].join(", ")}`;
  return pattern === null || pattern.test(value) ? null : `${shown(value)} does not match ${pattern.source}`;
}

function mapProblem(value: unknown, field: Field): string | null {
  if (!isObject(value) || Object.keys(value).length === 0) return `${shown(value)} is not an object with values`;
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string" || text === "") return `${key}: ${shown(text)} is not a text with content`;
    if (Buffer.byteLength(text) > (field.maxBytes ?? 0)) return `${key}: longer than ${field.maxBytes} bytes`;
    if (UNCLEAN.test(text)) return `${key}: holds control or invisible characters`;
    if (field.type === "labels" && !/^[a-z0-9_]{1,64}$/.test(key)) return `${key}: no label key`;
  }
  const keys = Object.keys(value).length;
  return field.maxItems !== null && keys > field.maxItems ? `${keys} keys, at most ${field.maxItems} allowed` : null;
}

function messageProblems(message: unknown): readonly string[] {
  if (typeof message !== "string") return ["message: missing"];
  return [
    ...(message.length > MAX_MESSAGE ? [`message: ${message.length} characters, at most ${MAX_MESSAGE} allowed`] : []),
    ...(message.endsWith(".") ? [] : [`message: ${shown(message)} does not end in a full stop`]),
    ...(/[\n\t]/.test(message) ? ["message: more than one line"] : []),
  ];
}

function isDate(value: unknown): boolean {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  return typeof value === "string" && shape.test(value) && !Number.isNaN(Date.parse(value));
}

function noneEmpty(value: Json): boolean {
  return Object.values(value).every((inner) => inner !== null && inner !== "");
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
