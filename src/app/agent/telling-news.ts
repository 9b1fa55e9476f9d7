import type { ScanFound } from "../../domain/found.ts";
import { portText } from "../../domain/network.ts";
import type { StepLine } from "../../report/model/anomaly.ts";
import type { CycleView } from "../../report/model/scan.ts";
import type { Telemetry } from "../../telemetry/happenings.ts";

/** What a first scan found, then each anomaly as one line of the log, the worst first. */
export function tellNews(telemetry: Telemetry, { firstLook, steps, inventories }: CycleView): void {
  if (firstLook !== null) tellFirstLook(telemetry, firstLook);
  for (const step of steps) tellStep(telemetry, step);
  // A first look at declarations has a line of its own, but its findings count like all others.
  const listed = inventories.reduce((sum, { findings }) => sum + findings, 0);
  if (listed > 0) telemetry.metrics.count(STEPS, { transition: "opened" }, listed);
}

const STEPS = "tripline_anomaly_steps_total";

/** How bad, what, where, why, and the id that `tripline explain` takes. */
function tellStep(telemetry: Telemetry, step: StepLine): void {
  const { transition, severity, kind, where, why, score, id, notable } = step;
  if (notable) telemetry.metrics.count("tripline_notable_anomalies_total", { band: severity });
  telemetry.happened(`anomaly-${transition}`, {
    level: notable ? "warn" : "info",
    fields: { severity, kind, where, why, score, id },
    labels: { transition },
  });
}

/** Hosts of one service that a line names. */
const MOST_NAMED = 5;

/** What the first scan of a segment found, and what of it deserves a look: long before anything alerts. */
function tellFirstLook(telemetry: Telemetry, { hosts, ports, services, exposed }: ScanFound): void {
  const named = services.map(({ name, count }) => `${name} ${count}`);
  telemetry.happened("first-look", { fields: { hosts, open_ports: ports, services: named } });
  for (const one of exposed) {
    const service = one.product ?? one.service ?? "not identified";
    const where = one.hosts.slice(0, MOST_NAMED);
    const fields = { class: one.class, port: portText(one.port), service, hosts: one.hosts.length, where };
    telemetry.happened("service-found", { fields });
  }
}
