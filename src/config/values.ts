import { z } from "zod";
import { cidrSize, formatCidr, parseCidr } from "../lib/ip.ts";
import { parseDuration } from "../lib/time.ts";

/** Text forms an operator writes, each with the sentence that explains a wrong one. */

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** At most this many addresses per plan: 65,536 is a /16, beyond it a scan takes days. */
const MAX_ADDRESSES = 65_536n;

/** `10.20.0.0/24`, one address, or for IPv4 a last-octet range `10.20.0.40-49`; the value is canonical CIDR text. */
export const target = z.string().superRefine((text, context) => {
  const problem = targetProblem(text);
  if (problem !== null) context.addIssue({ code: "custom", message: problem });
});

function targetProblem(text: string): string | null {
  if (isOctetRange(text)) return null;
  const prefix = /\/(\d+)$/.exec(text)?.[1];
  const bits = text.includes(":") ? 128 : 32;
  if (prefix !== undefined && Number(prefix) > bits) return `prefix length must be 0-${bits}, got "/${prefix}"`;
  const cidr = parseCidr(text);
  if (cidr === null) return `not an address, CIDR or range like 10.0.0.40-49: "${text.slice(0, 64)}"`;
  if (cidr.prefix === 0) return `"${formatCidr(cidr)}" is the whole Internet; name the networks of this segment`;
  if (cidrSize(cidr) > MAX_ADDRESSES)
    return `${cidrSize(cidr)} addresses; at most ${MAX_ADDRESSES} may be scanned in one plan`;
  return null;
}

function isOctetRange(text: string): boolean {
  const match = /^(\d+\.\d+\.\d+)\.(\d{1,3})-(\d{1,3})$/.exec(text);
  if (match === null) return false;
  const [, base, from, to] = match;
  return parseCidr(`${base}.${from}`) !== null && parseCidr(`${base}.${to}`) !== null && Number(from) <= Number(to);
}

/** `30m`, `3d` → milliseconds. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({
    code: "custom",
    message: `a duration is a number with ms, s, m, h or d, like "30m"; got "${text.slice(0, 32)}"`,
  });
  return z.NEVER;
});

/** `10MiB`, `1GiB` → bytes. */
export const byteSize = z.string().transform((text, context) => {
  const match = /^(\d{1,9})(B|KiB|MiB|GiB)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : SIZE_UNITS[match[2]];
  if (match !== null && unit !== undefined) return Number(match[1]) * unit;
  context.addIssue({
    code: "custom",
    message: `a size is a number with B, KiB, MiB or GiB, like "10MiB"; got "${text.slice(0, 32)}"`,
  });
  return z.NEVER;
});

const portItem = z.union([
  z.number().int().min(1).max(65_535),
  z.string().regex(/^\d{1,5}-\d{1,5}$/, 'a port range looks like "8000-8100"'),
]);

/** `top-1000`, or a list of numbers and ranges. */
export const ports = z.union([
  z.string().regex(/^top-\d{1,5}$/, 'ports is "top-1000" or a list like [22, 443, "8000-8100"]'),
  z.array(portItem).min(1),
]);

const CRON_RANGES: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

/** Five cron fields. Names of months and days are left to the scheduler; numbers are checked here. */
export const cron = z.string().superRefine((text, context) => {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) {
    return context.addIssue({ code: "custom", message: `a cron line has 5 fields, this has ${fields.length}` });
  }
  fields.forEach((field, i) => {
    const [low, high] = CRON_RANGES[i] ?? [0, 0];
    const numbers = field.split("/")[0]?.match(/\d+/g) ?? [];
    const bad = numbers.find((n) => Number(n) < low || Number(n) > high);
    if (bad !== undefined)
      context.addIssue({ code: "custom", message: `cron field ${i + 1} must be ${low}-${high}, got ${bad}` });
    else if (!/^[\d*,/A-Za-z-]+$/.test(field))
      context.addIssue({ code: "custom", message: `cron field ${i + 1} is not understood: "${field}"` });
  });
});

/** A calendar day or ISO time in UTC → milliseconds. */
export const day = z.string().transform((text, context) => {
  const ms = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: "custom", message: `a date looks like 2027-03-01; got "${text.slice(0, 32)}"` });
  return z.NEVER;
});

/** ECS data stream parts: lower case, no hyphen, at most 100 characters. */
export const namespace = z
  .string()
  .regex(/^[a-z0-9_.]{1,100}$/, "a namespace has lower-case letters, digits, dots and underscores only (no hyphen)");

export const segmentName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
    "a name starts with a letter or digit and has letters, digits, . _ - only, at most 64",
  );
