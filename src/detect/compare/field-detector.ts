import { PORT_FIELDS, type PortField } from "../../domain/fields/port.ts";
import type { PortFieldRow } from "../../domain/fields/row.ts";
import type { ReasonCode } from "../../domain/deviation.ts";
import { deviation, type Detector } from "../detector.ts";
import { aboutField, comparedPorts, portChange } from "./compared-ports.ts";

interface FieldKind extends Pick<Detector, "id" | "version"> {
  readonly field: PortField;
  readonly reasons: readonly ReasonCode[];
}

/** The detector of a kind that is about one port field, where the field's row says all there is to say about a value. */
export function portFieldDetector({ id, version, field, reasons }: FieldKind): Detector {
  const { text, facts }: PortFieldRow = PORT_FIELDS[field];
  return {
    id,
    version,
    detect: (view) =>
      comparedPorts(view).flatMap((compared) => {
        const change = portChange(view, compared, field);
        if (change === null) return [];
        const found = {
          ...aboutField(view, compared, change),
          target: change.to,
          from: text(change.from),
          to: text(change.to),
          before: facts(change.from),
          after: facts(change.to),
          reasons,
        };
        return [deviation({ id, version }, found)];
      }),
  };
}
