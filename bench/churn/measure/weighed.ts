import type { AnomalyStep } from "../../../src/domain/anomaly.ts";

/** How an anomaly was weighed when it would have been told: what a trial of other weights starts from. */
export interface Weighed {
  readonly kind: string;
  /** Of a group: the kind of its members, whose weights decide. */
  readonly weighedAs: string;
  readonly bits: number | null;
  readonly rarity: number;
  /** Exposure, declaration, criticality and corroboration. */
  readonly fixed: number;
  readonly context: number;
  readonly value: number;
  /** Labels that it would tell. */
  readonly tells: readonly string[];
  /** It belongs to some label: never false. */
  readonly excused: boolean;
}

type Judged = Pick<Weighed, "tells" | "excused">;

/** Of every anomaly the weightiest of the steps that might have been an alert. */
export interface WeighedBook {
  readonly note: (step: AnomalyStep, judged: Judged) => void;
  readonly all: () => readonly Weighed[];
}

export function weighedBook(): WeighedBook {
  const book = new Map<string, Weighed>();
  return {
    note: (step, judged) => {
      if (!step.notable) return;
      const key = `${step.anomaly.id} ${step.anomaly.episode}`;
      const known = book.get(key);
      const now = weighedOf(step, judged);
      const heavier = known === undefined || now.value >= known.value ? now : known;
      const tells = [...new Set([...(known?.tells ?? []), ...judged.tells])];
      book.set(key, { ...heavier, tells, excused: judged.excused || (known?.excused ?? false) });
    },
    all: () => [...book.values()],
  };
}

function weighedOf({ anomaly: { kind, group, score } }: AnomalyStep, judged: Judged): Weighed {
  const of = (name: string) => score.parts.find((part) => part.name === name)?.points ?? 0;
  const [rarity, context] = [of("rarity"), of("context")];
  const fixed = ["exposure", "declaration", "criticality", "corroboration"].reduce((sum, name) => sum + of(name), 0);
  return {
    kind,
    weighedAs: group?.kind ?? kind,
    bits: score.bits,
    rarity,
    fixed,
    context,
    value: score.value,
    ...judged,
  };
}
