import type { PortField } from "../../domain/fields/port.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import { aboutField, comparedPorts, portChange } from "../compare/compared-ports.ts";
import type { ComparedPort } from "../compare/compared-ports.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import { memoryFacts, portFacts } from "../compare/port-facts.ts";

/** Another protocol or another product answers. The name decides first: it is what a client would notice. */
export const serviceChanged: Detector = { id: "service-changed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return comparedPorts(view).flatMap((compared) => {
    const change = portChange(view, compared, "service") ?? portChange(view, compared, "product");
    if (change === null) return [];
    const field: PortField = change.known === compared.memory.fields.get("service") ? "service" : "product";
    const found = {
      ...aboutField(view, compared, change),
      target: `${field}:${change.to}`,
      from: label(change.from, field === "service" ? compared.memory.fields.get("product")?.value : undefined),
      to: label(change.to, field === "service" ? compared.values.get("product") : undefined),
      before: memoryFacts(compared.memory),
      after: portFacts(compared.port),
    };
    return [deviation(serviceChanged, found)];
  });
}

/** True when the product of this port can be compared and is the normal one: versions and banners belong to it. */
export function sameSoftware(view: CycleView, compared: ComparedPort): boolean {
  return portChange(view, compared, "service") === null && portChange(view, compared, "product") === null;
}

function label(value: string, product: string | undefined): string {
  return product === undefined ? value : `${value} (${product})`;
}
