import { z } from "zod";
import { readMatch, readTarget } from "../domain/target.ts";
import { isTimeZone, parseDuration, parseMoment } from "../lib/time.ts";
import { readCron } from "../schedule/cron.ts";
import type { Limits } from "./limits.ts";

/** Text forms an operator writes, each with the sentence that explains a wrong one. */

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** `10.20.0.0/24`, one address, or for IPv4 a last-octet range `10.20.0.40-49`; of any size, for nothing is swept. */
export const target = z
  .string()
  .superRefine((text, context) => {
    const read = readMatch(text);
    if (!read.ok) context.addIssue({ code: "custom", message: wrongTarget(text, read.error) });
    else if (read.value.kind === "name") context.addIssue({ code: "custom", message: noName(text) });
  })
  .meta({ title: "address, CIDR or range" });

/** As {@link target}, or a host name: it is resolved for each cycle, never while the file is checked. */
export const excluded = hostExpression(readMatch);

/** As {@link excluded}, but no more than can be scanned. */
export const scanTarget = hostExpression(readTarget);

function hostExpression(readWith: typeof readTarget) {
  return z
    .string()
    .superRefine((text, context) => {
      const read = readWith(text);
      if (!read.ok) context.addIssue({ code: "custom", message: wrongTarget(text, read.error) });
    })
    .meta({ title: "address, CIDR, range or host name" });
}

function wrongTarget(text: string, reason: string): string {
  return reason.startsWith("prefix length") ? reason : `"${text.slice(0, 64)}": ${reason}`;
}

function noName(text: string): string {
  return `not an address, CIDR or range like 10.0.0.40-49: "${text.slice(0, 64)}" (names are for targets and exclude)`;
}

/** `30m`, `3d` → milliseconds, within the limits. */
export function duration(limits: Limits) {
  const form = 'a duration is a number with ms, s, m, h or d, like "30m"';
  return measured({ name: "duration", form, read: parseDuration, limits });
}

/** As {@link duration}, or the word `off`: never. */
export function durationOrOff(limits: Limits) {
  const form = 'a duration is a number with ms, s, m, h or d, like "24h"; or write "off"';
  const some = measured({ name: "duration", form, read: parseDuration, limits });
  return z
    .string()
    .transform((text, context): number | "off" => {
      if (text === "off") return text;
      const read = some.safeParse(text);
      if (read.success) return read.data;
      context.addIssue({ code: "custom", message: read.error.issues[0]?.message ?? form });
      return z.NEVER;
    })
    .meta({ title: `duration ${limits.least}–${limits.most}, or off` });
}

/** `10MiB`, `1GiB` → bytes, within the limits. */
export function byteSize(limits: Limits) {
  const form = 'a size is a number with B, KiB, MiB or GiB, like "10MiB"';
  return measured({ name: "size", form, read: parseSize, limits });
}

function parseSize(text: string): number | null {
  const match = /^(\d{1,9})(B|KiB|MiB|GiB)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : SIZE_UNITS[match[2]];
  return match === null || unit === undefined ? null : Number(match[1]) * unit;
}

interface Measure {
  readonly name: string;
  readonly form: string;
  readonly read: (text: string) => number | null;
  readonly limits: Limits;
}

function measured({ name, form, read, limits }: Measure) {
  return z
    .string()
    .transform((text, context) => {
      const value = read(text);
      const wrong = value === null ? `${form}; got "${text.slice(0, 32)}"` : outside(value, text, { read, limits });
      if (value !== null && wrong === null) return value;
      context.addIssue({ code: "custom", message: wrong ?? form });
      return z.NEVER;
    })
    .meta({ title: `${name} ${limits.least}–${limits.most}` });
}

function outside(value: number, text: string, { read, limits }: Pick<Measure, "read" | "limits">): string | null {
  const { least, most, below, above, example } = limits;
  if (value < (read(least) ?? 0)) return `"${text}" is less than ${least}: ${below}; for example "${example}"`;
  if (value > (read(most) ?? 0)) return `"${text}" is more than ${most}: ${above}; for example "${example}"`;
  return null;
}

const HIGHEST_PORT = 65_535;

/** Decimal, 1 to 65535. */
export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= HIGHEST_PORT;
}

function isPortRange(text: string): boolean {
  const [from = "", to = "", ...rest] = text.split("-");
  return rest.length === 0 && isPort(from) && isPort(to) && Number(from) <= Number(to);
}

const portItem = z.union([
  z.number().int().min(1).max(HIGHEST_PORT),
  z
    .string()
    .refine(isPortRange, 'a port range looks like "8000-8100": from 1 to 65535, the lower end first')
    .meta({ pattern: "^\\d{1,5}-\\d{1,5}$" }),
]);

/** `top-1000`, or a list of numbers and ranges. */
export const ports = z
  .union([
    z
      .string()
      .refine(
        (text) => text.startsWith("top-") && isPort(text.slice(4)),
        'ports is "top-1000" (1 to 65535 of them) or a list like [22, 443, "8000-8100"]',
      )
      .meta({ pattern: "^top-\\d{1,5}$" }),
    z.array(portItem).min(1),
  ])
  .meta({ title: "top-N, or a list of ports and ranges" });

/** The port of one service, as mutes name it: `8443/tcp`. */
export function isServicePort(text: string): boolean {
  const [port = "", protocol = "", ...rest] = text.split("/");
  return rest.length === 0 && isPort(port) && ["tcp", "udp", "sctp"].includes(protocol);
}

export const servicePort = z
  .string()
  .refine(isServicePort, "a port to mute looks like 8443/tcp, and is 1 to 65535")
  // Checks that only code can make say nothing to editors, which know the JSON Schema alone.
  .meta({ title: "port/protocol", pattern: "^\\d{1,5}/(tcp|udp|sctp)$" });

/** Where we listen: `127.0.0.1:7420`; port 0 is any that is free. */
export const listenAddress = z
  .string()
  .refine(
    (text) => /:(0|[1-9]\d{0,4})$/.test(text) && Number(text.split(":").at(-1)) <= HIGHEST_PORT,
    "an address to listen on is address:port with a port up to 65535, for example 127.0.0.1:7420",
  )
  .meta({ title: "address:port" });

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
    const ms = parseMoment(text);
    if (ms !== null) return ms;
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

/** A zone of the IANA database, as this machine knows it. */
export const timeZone = z
  .string()
  .refine(isTimeZone, 'a time zone looks like "Europe/Berlin" or "UTC"')
  .meta({ title: "time zone" });

const LONGEST_BASE = 512;

/** An address that paths are appended to: http or https, and nothing that would end up in the middle of the result. */
export const docsBase = z
  .string()
  .superRefine((text, context) => {
    const problem = baseProblem(text);
    if (problem !== null) context.addIssue({ code: "custom", message: problem });
  })
  .meta({ title: "URL" });

function baseProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const example = 'write it like "https://git.example.net/tripline/blob/main"';
  if (url === null || !/^https?:$/.test(url.protocol) || /\s/.test(text))
    return `an address begins with https:// or http://; ${example}`;
  if (url.username !== "" || url.password !== "")
    return "a user name or password in this address would appear in every event; leave them out";
  if (/[?#]/.test(text)) return `paths are appended to this address, so it has no ? and no #; ${example}`;
  return text.length > LONGEST_BASE ? `this address may have at most ${LONGEST_BASE} characters` : null;
}

/** What must not be printed: resolved where it is a reference, and hidden wherever it turns up. */
export const secretText = z.string().min(1).meta({ title: "secret" });
