import { z } from "zod";
import { checkedDocument, documentForm, shownProblems } from "../../config/checked-document.ts";
import type { Severity } from "../../domain/declaration.ts";
import type { ExposureClass } from "../../domain/facts.ts";
import { ANOMALY_KINDS, type AnomalyKind } from "../../domain/kinds/catalogue.ts";
import type { PortClass } from "../../domain/network.ts";
import { HOST_ROLES, type HostRole } from "../../domain/role.ts";
import { err, type Result } from "../../lib/result.ts";
import { parseYaml } from "../../lib/yaml.ts";

/** How one kind is weighed; the words are explained in `rules/scoring/default.yaml`. */
export interface KindRule {
  /** How likely on one day of one host before anything was learned; `class` = by the class of the port. */
  readonly per_day?: number | "class" | undefined;
  /** Fixed surprisal in bits, where no rate applies. */
  readonly bits?: number | undefined;
  readonly max_bits?: number | undefined;
  readonly exposure?: number | "service" | undefined;
  readonly exposure_closed?: number | undefined;
  /** What of rarity and of exposure is counted beside a declaration that says much of the same. */
  readonly rarity_share?: number | undefined;
  readonly exposure_share?: number | undefined;
  readonly at_most?: number | undefined;
  /** What a loss is worth, and how high it may get, by what the host is for. */
  readonly by_role?: Readonly<Partial<Record<HostRole, RoleRule>>> | undefined;
}

export interface RoleRule {
  readonly points: number;
  readonly at_most: number;
}

export interface ExposureClassRule {
  readonly points: number;
  /** nmap's service name → the ports where it usually runs. */
  readonly services: Readonly<Record<string, readonly number[]>>;
  /** Of these services, those that speak HTTP, so that nmap may see no more than a web server. */
  readonly over_http?: readonly string[] | undefined;
  /** Parts of product names, lower case. */
  readonly products: readonly string[];
}

/** Every weight of the score. */
export interface ScoringRules {
  readonly version: number;
  readonly rarity: {
    readonly prior_weight: number;
    readonly own_weight: number;
    readonly prior_hits: { readonly least: number; readonly most: number };
    readonly class_per_day: Readonly<Record<PortClass, number>>;
    readonly shown_share: Readonly<Record<(typeof SHOWN)[number], number>>;
    /** Of ordinary services on numbers that people choose, the part on a number that no other host ever had open; absent: all. */
    readonly new_number?: number | undefined;
    /** [bits, points], both growing. */
    readonly points: readonly (readonly [bits: number, points: number])[];
  };
  readonly kinds: Readonly<Record<AnomalyKind, KindRule>>;
  readonly declaration: Readonly<Record<Severity, number>>;
  readonly criticality: Readonly<Record<string, number>>;
  readonly corroboration: { readonly each: number; readonly most: number };
  readonly context: { readonly expected_at_most: number };
  readonly group: { readonly hosts: number; readonly segment_share: number };
  readonly life_cycle: { readonly score_step: number; readonly repeat_hours: number };
  readonly exposure: {
    readonly unauthenticated: number;
    readonly classes: Readonly<Record<ExposureClass, ExposureClassRule>>;
  };
}

const share = z.number().gt(0).lt(1);
// Whole points keep the six parts adding up exactly.
const points = z.number().int().min(0).max(100);
const PORT_CLASSES = ["well-known", "registered", "nodeport", "ephemeral"] as const satisfies readonly PortClass[];
const SHOWN = ["plain", "unknown", "dangerous"] as const;
const SEVERITIES = ["low", "medium", "high", "critical"] as const satisfies readonly Severity[];
const EXPOSURE_CLASSES = [
  "remote-admin",
  "data-store",
  "control-plane",
  "proxy-tunnel",
  "remote-access-tool",
  "web",
  "mail",
  "file",
  "other",
  "unknown",
] as const satisfies readonly ExposureClass[];

const kindSchema = z.strictObject({
  per_day: z.union([share, z.literal("class")]).optional(),
  bits: z.number().min(0).optional(),
  max_bits: z.number().gt(0).optional(),
  exposure: z.union([points, z.literal("service")]).optional(),
  exposure_closed: points.optional(),
  rarity_share: share.optional(),
  exposure_share: share.optional(),
  at_most: points.optional(),
  by_role: z.partialRecord(z.enum([...HOST_ROLES, "unknown"]), z.strictObject({ points, at_most: points })).optional(),
});

const pointsTable = z
  .array(z.tuple([z.number().min(0), z.number().min(0).max(100)]))
  .min(2)
  .refine(isGrowing, "both columns must grow from row to row, bits strictly: more surprise is never worth less");

const exposureClassSchema = z.strictObject({
  points,
  services: z.record(z.string(), z.array(z.number().int().min(1).max(65_535))),
  over_http: z.array(z.string()).optional(),
  products: z.array(z.string().lowercase().min(2)),
});

const schema = z.strictObject({
  version: z.literal(1),
  rarity: z.strictObject({
    prior_weight: z.number().gt(0),
    own_weight: z.number().gt(0),
    prior_hits: z.strictObject({ least: z.number().gt(0), most: z.number().gt(0) }),
    class_per_day: z.record(z.enum(PORT_CLASSES), share),
    shown_share: z.record(z.enum(SHOWN), share),
    new_number: share.optional(),
    points: pointsTable,
  }),
  kinds: z.record(z.enum(ANOMALY_KINDS), kindSchema),
  declaration: z.record(z.enum(SEVERITIES), points),
  criticality: z.record(z.string(), points),
  corroboration: z.strictObject({ each: points, most: points }),
  context: z.strictObject({ expected_at_most: points }),
  group: z.strictObject({ hosts: z.number().int().min(2), segment_share: share }),
  life_cycle: z.strictObject({ score_step: z.number().int().min(1), repeat_hours: z.number().gt(0) }),
  exposure: z.strictObject({
    unauthenticated: points,
    classes: z.record(z.enum(EXPOSURE_CLASSES), exposureClassSchema),
  }),
});

const FORM = documentForm<ScoringRules>(schema);

/** Text of a scoring file → rules, or every problem in it with its line and a caret, as one text. */
export function parseScoringRules(yamlText: string, file: string): Result<ScoringRules, string> {
  const checked = checkedDocument(FORM, parseYaml(yamlText));
  return checked.ok ? checked : err(shownProblems(file, yamlText, checked.error));
}

function isGrowing(rows: readonly (readonly [number, number])[]): boolean {
  return rows.every(([bits, value], i) => {
    const former = rows[i - 1];
    return former === undefined || (bits > former[0] && value >= former[1]);
  });
}
