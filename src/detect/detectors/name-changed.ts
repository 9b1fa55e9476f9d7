import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { aboutHostField, hostChanges } from "../compare/host-changes.ts";

/** The address resolves to another name. After a move the name of the new address is part of the move. */
export const nameChanged: Detector = { id: "name-changed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  const changes = hostChanges(view, "name").filter(({ host, known }) => stayed(host.observation.address, known));
  return changes.map((at) =>
    deviation(nameChanged, {
      ...aboutHostField(view, at, "name"),
      before: { dns_name: at.change.from },
      after: { dns_name: at.change.to },
    }),
  );
}

function stayed(address: string, known: { readonly fields: ReadonlyMap<string, { readonly value: string }> }): boolean {
  return (known.fields.get("ip")?.value ?? address) === address;
}
