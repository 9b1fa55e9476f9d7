import { z } from "zod";
import { readTarget } from "../domain/target.ts";
import { parseDuration } from "../lib/time.ts";
import { readCron } from "../schedule/cron.ts";

/** Text forms an operator writes, each with the sentence that explains a wrong one. */

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** `10.20.0.0/24`, one address, or for IPv4 a last-octet range `10.20.0.40-49`. */
export const target = z
  .string()
  .superRefine((text, context) => {
    const read = readTarget(text);
    if (!read.ok) context.addIssue({ code: "custom", message: wrongTarget(text, read.error) });
    else if (read.value.kind === "name") context.addIssue({ code: "custom", message: noName(text) });
  })
  .meta({ title: "address, CIDR or range" });

/** As {@link target}, or a host name: it is resolved for each cycle, never while the file is checked. */
export const scanTarget = z
  .string()
  .superRefine((text, context) => {
    const read = readTarget(text);
    if (!read.ok) context.addIssue({ code: "custom", message: wrongTarget(text, read.error) });
  })
  .meta({ title: "address, CIDR, range or host name" });

function wrongTarget(text: string, reason: string): string {
  return reason.startsWith("prefix length") ? reason : `"${text.slice(0, 64)}": ${reason}`;
}

function noName(text: string): string {
  return `not an address, CIDR or range like 10.0.0.40-49: "${text.slice(0, 64)}" (names are for targets and exclude)`;
}

/** `30m`, `3d` → milliseconds. */
export const duration = z
  .string()
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null) return ms;
    context.addIssue({
      code: "custom",
      message: `a duration is a number with ms, s, m, h or d, like "30m"; got "${text.slice(0, 32)}"`,
    });
    return z.NEVER;
  })
  .meta({ title: "duration" });

/** `10MiB`, `1GiB` → bytes. */
export const byteSize = z
  .string()
  .transform((text, context) => {
    const match = /^(\d{1,9})(B|KiB|MiB|GiB)$/.exec(text);
    const unit = match?.[2] === undefined ? undefined : SIZE_UNITS[match[2]];
    if (match !== null && unit !== undefined) return Number(match[1]) * unit;
    context.addIssue({
      code: "custom",
      message: `a size is a number with B, KiB, MiB or GiB, like "10MiB"; got "${text.slice(0, 32)}"`,
    });
    return z.NEVER;
  })
  .meta({ title: "size" });

const portItem = z.union([
  z.number().int().min(1).max(65_535),
  z.string().regex(/^\d{1,5}-\d{1,5}$/, 'a port range looks like "8000-8100"'),
]);

/** `top-1000`, or a list of numbers and ranges. */
export const ports = z
  .union([
    z.string().regex(/^top-\d{1,5}$/, 'ports is "top-1000" or a list like [22, 443, "8000-8100"]'),
    z.array(portItem).min(1),
  ])
  .meta({ title: "top-N, or a list of ports and ranges" });

/** Asked of the scheduler itself: what is accepted here runs. */
export const cron = z
  .string()
  .transform((text, context) => {
    const line = readCron(text);
    if (line.ok) return line.value;
    context.addIssue({ code: "custom", message: line.error });
    return z.NEVER;
  })
  .meta({ title: "cron line" });

/** A calendar day or ISO time in UTC → milliseconds. */
export const day = z
  .string()
  .transform((text, context) => {
    const ms = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(ms)) return ms;
    context.addIssue({ code: "custom", message: `a date looks like 2027-03-01; got "${text.slice(0, 32)}"` });
    return z.NEVER;
  })
  .meta({ title: "date" });

/** ECS data stream parts: lower case, no hyphen, at most 100 characters. */
export const namespace = z
  .string()
  .regex(/^[a-z0-9_.]{1,100}$/, "a namespace has lower-case letters, digits, dots and underscores only (no hyphen)")
  .meta({ title: "name" });

export const segmentName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
    "a name starts with a letter or digit and has letters, digits, . _ - only, at most 64",
  )
  .meta({ title: "name" });
