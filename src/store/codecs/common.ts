import { z } from "zod";
import { type FACT_LEAVES, factLeaves, type FactName } from "../../domain/facts.ts";
import type { FieldFamily } from "../../domain/fields/row.ts";
import { TRANSPORTS } from "../../domain/network.ts";
import { listOf, textOrNull, texts } from "./json.ts";

export const transport = z.enum(TRANSPORTS);
export const phase = z.enum(["ports", "fingerprint", "scripts", "verify"]);
export const profile = z.enum(["ports", "deep"]);
export const technique = z.enum(["syn", "connect", "udp"]);
export const completeness = z.enum(["complete", "partial", "failed"]);
export const severity = z.enum(["low", "medium", "high", "critical"]);
export const portRef = z.strictObject({ transport, number: z.number() });
export const hostRef = z.strictObject({
  id: z.string(),
  address: z.string(),
  mac: textOrNull,
  name: textOrNull,
  osFamily: textOrNull,
  tags: texts,
});

export const runProblem = z.enum([
  "exit-code",
  "signal",
  "deadline",
  "output-cap",
  "not-started",
  "empty-output",
  "not-well-formed",
  "foreign-document",
  "doctype",
  "oversized",
  "not-finished",
  "error-message",
  "plan-mismatch",
  "hosts-missing",
  "targets-skipped",
  "host-timed-out",
  "port-sum-mismatch",
  "host-unreadable",
  "raw-unreadable",
  "target-unresolved",
  "tarpit-suspected",
]);

export const fieldFamily = z.custom<FieldFamily>(
  (value) =>
    typeof value === "string" && (["presence", "service", "os"].includes(value) || value.startsWith("script:")),
);

const LEAF = { keyword: z.string(), ip: z.string(), long: z.number(), boolean: z.boolean() } as const;
type FactShape = { [K in FactName]: z.ZodExactOptional<(typeof LEAF)[(typeof FACT_LEAVES)[K]["type"]]> };

export const facts = z.strictObject(
  Object.fromEntries(
    [...factLeaves("both"), ...factLeaves("observed")].map(([name, { type }]) => [name, LEAF[type].exactOptional()]),
  ) as FactShape, // fromEntries forgets which key holds which type.
);

export const vantageVerdict = z.strictObject({
  state: z.enum(["ok", "degraded"]),
  problems: listOf(
    z.enum([
      "hosts-vanished",
      "source-address-changed",
      "gateway-changed",
      "names-vanished",
      "ports-silent",
      "path-intercepted",
      "answers-slow",
      "control-failed",
      "link-down",
    ]),
  ),
  reason: textOrNull,
  notApplicable: texts,
});
