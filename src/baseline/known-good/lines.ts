import { z } from "zod";
import { CAPS, cleanText } from "../../domain/clean-text.ts";
import { MOST_DAYS, MOST_SCANS } from "../../domain/known-good.ts";
import { portRefOf } from "../../domain/network.ts";
import { canonicalAddress } from "../../lib/ip.ts";
import { parseIntervals } from "../../lib/intervals.ts";

const MOST_VALUES = 8;
const HIGHEST_PORT = 65_535;

const count = (most: number) =>
  z
    .int()
    .min(0)
    .transform((number) => Math.min(number, most));
/** Written by hand or by another machine: it passes the same sanitiser as what a scan reads. */
const cleaned = z
  .string()
  .transform((text) => String(cleanText(text, { maxBytes: CAPS.banner, multiline: true })).trim())
  .refine((text) => text !== "", "a text that is not empty");
const word = z.string().min(1).max(CAPS.name);
const address = z
  .string()
  .refine((text) => canonicalAddress(text) !== null, "an IPv4 or IPv6 address")
  .transform((text) => canonicalAddress(text) ?? text);
const ports = z
  .string()
  .refine((text) => (parseIntervals(text)?.at(-1)?.[1] ?? Infinity) <= HIGHEST_PORT, "ports such as 22,80,8000-8010")
  .transform((text) => parseIntervals(text) ?? []);
const fieldValues = z.record(
  z.string(),
  z.union([cleaned, z.array(cleaned).min(1).max(MOST_VALUES)], { error: "a text, or 1 to 8 of them in a list" }),
);
const tenths = z.int().min(0).max(10);

/** The first line. */
export const SEGMENT_LINE = z.strictObject({
  tripline: z.literal("baseline"),
  version: z.int(),
  segment: word,
  part: z.literal(true).optional(),
  scans: count(MOST_SCANS).optional(),
  days: count(MOST_DAYS).optional(),
  networks: z.array(word).optional(),
  measured: z.record(z.string(), word.max(1024)).default({}),
});

export const LOOKED_LINE = z.strictObject({
  looked: word,
  tcp: ports.optional(),
  udp: ports.optional(),
  sctp: ports.optional(),
});

export const HOST_LINE = z.strictObject({
  host: address,
  id: z
    .string()
    .regex(/^[a-z2-7]{26}$/, "26 characters as in host.id")
    .optional(),
  identity: z.array(word).default([]),
  scans: count(MOST_SCANS),
  days: count(MOST_DAYS),
  looked: word.optional(),
  answers: z
    .strictObject({ "working-day": tenths.optional(), night: tenths.optional(), weekend: tenths.optional() })
    .default({}),
  values: fieldValues.default({}),
});

export const PORT_LINE = z.strictObject({
  port: z
    .string()
    .refine((text) => portRefOf(text) !== null, "a port such as 22/tcp")
    .transform((text) => portRefOf(text) ?? { transport: "tcp" as const, number: 0 }),
  host: address,
  scans: count(MOST_SCANS).pipe(z.int().min(1)),
  flaps: z.literal(true).optional(),
  values: fieldValues.default({}),
});

export const END_LINE = z.strictObject({ end: z.literal("baseline") });

export type FieldValues = z.output<typeof fieldValues>;
