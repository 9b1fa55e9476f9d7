import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation, ReasonCode } from "../../domain/deviation.ts";
import { PORT_FIELDS, type PortField } from "../../domain/fields/port.ts";
import type { PortFieldRow } from "../../domain/fields/row.ts";
import { deviation, type Detector } from "../detector.ts";
import { aboutField, type ComparedPort, comparedPorts, portChange } from "./compared-ports.ts";

type Maker = Pick<Detector, "id" | "version">;

/** Which field of a port, and what a kind says of its change beside the field's own row. */
interface FieldQuestion {
  readonly field: PortField;
  readonly reasons: readonly ReasonCode[];
  /** Null for changes that another kind reports. */
  readonly describe?: (compared: ComparedPort) => Partial<Pick<Deviation, "before" | "after" | "reasons">> | null;
}

/** The detector of a kind that is about one port field: sentence and facts come from the field's row. */
export function portFieldDetector({ id, version, ...question }: Maker & FieldQuestion): Detector {
  return { id, version, detect: (view) => fieldChanges(view, { id, version }, question) };
}

/** Another value of one field on a port that is normally open. */
export function fieldChanges(view: CycleView, maker: Maker, question: FieldQuestion): readonly Deviation[] {
  const { text, facts }: PortFieldRow = PORT_FIELDS[question.field];
  return comparedPorts(view).flatMap((compared) => {
    const change = portChange(view, compared, question.field);
    const more = change === null ? null : question.describe === undefined ? {} : question.describe(compared);
    if (change === null || more === null) return [];
    const found = {
      ...aboutField(view, compared, change),
      target: change.to,
      from: text(change.from),
      to: text(change.to),
      before: { ...facts(change.from), ...more.before },
      after: { ...facts(change.to), ...more.after },
      reasons: [...question.reasons, ...(more.reasons ?? [])],
    };
    return [deviation(maker, found)];
  });
}
