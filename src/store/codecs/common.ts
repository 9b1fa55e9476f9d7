import { z } from "zod";
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

export const facts = z.strictObject({
  state: z.string().exactOptional(),
  port: z.number().exactOptional(),
  service: z.string().exactOptional(),
  product: z.string().exactOptional(),
  version: z.string().exactOptional(),
  extra_info: z.string().exactOptional(),
  banner: z.string().exactOptional(),
  banner_sha256: z.string().exactOptional(),
  tls_sha256: z.string().exactOptional(),
  tls_issuer: z.string().exactOptional(),
  tls_names: z.string().exactOptional(),
  ssh_sha256: z.string().exactOptional(),
  http_digest: z.string().exactOptional(),
  os_family: z.string().exactOptional(),
  os_name: z.string().exactOptional(),
  mac: z.string().exactOptional(),
  ip: z.string().exactOptional(),
  dns_name: z.string().exactOptional(),
  identity: z.string().exactOptional(),
  reason_ttl: z.number().exactOptional(),
  confidence: z.number().exactOptional(),
  usual_port: z.boolean().exactOptional(),
  open_count: z.number().exactOptional(),
  open_ports: z.string().exactOptional(),
  asked_count: z.number().exactOptional(),
});

export const vantageVerdict = z.strictObject({
  state: z.enum(["ok", "degraded"]),
  problems: listOf(
    z.enum([
      "hosts-vanished",
      "source-address-changed",
      "gateway-changed",
      "names-vanished",
      "ports-silent",
      "answers-slow",
      "control-failed",
      "link-down",
    ]),
  ),
  reason: textOrNull,
  notApplicable: texts,
});
