import type { Score } from "../../domain/anomaly.ts";
import type { ReasonCode } from "../../domain/deviation.ts";
import type { ExposureClass } from "../../domain/facts.ts";
import { type AnomalyKind, CATALOGUE } from "../../domain/kinds/catalogue.ts";

/** `tripline.anomaly.reasons` holds at most so many. */
const MOST = 12;
/** Bits from which a port is called rare: once in a thousand. */
const RARE = 10;

const BY_EXPOSURE: Partial<Readonly<Record<ExposureClass, ReasonCode>>> = {
  unknown: "unknown-service",
  "remote-admin": "remote-admin",
  "remote-access-tool": "remote-admin",
  "data-store": "data-store",
  "control-plane": "control-plane",
  "proxy-tunnel": "proxy-service",
};

interface Judged {
  readonly kind: AnomalyKind;
  readonly reasons: readonly ReasonCode[];
  readonly confirmed: boolean;
}

/** The codes of the detector and those that follow from the score, each once; the class of exposure is the present one. */
export function reasonCodes({ kind, reasons, confirmed }: Judged, score: Score): readonly ReasonCode[] {
  const points = (name: string) => score.parts.find((p) => p.name === name)?.points ?? 0;
  const exposure = score.exposure === null ? undefined : BY_EXPOSURE[score.exposure];
  const outdated = (code: ReasonCode) =>
    (code === "unconfirmed" && confirmed) || (score.exposure !== null && code !== exposure && EXPOSURE_CODES.has(code));
  const derived: readonly (ReasonCode | false | undefined)[] = [
    CATALOGUE[kind].appears === "port" && (score.bits ?? 0) >= RARE && "rare-port",
    exposure,
    points("criticality") > 0 && "high-criticality",
    points("corroboration") > 0 && "corroborated",
    !confirmed && "unconfirmed",
  ];
  const all = [
    ...reasons.filter((code) => !outdated(code)),
    ...derived.filter((code) => code !== false && code !== undefined),
  ];
  return [...new Set(all)].slice(0, MOST);
}

const EXPOSURE_CODES: ReadonlySet<ReasonCode> = new Set(Object.values(BY_EXPOSURE));
