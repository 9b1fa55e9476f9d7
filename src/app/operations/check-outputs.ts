import type { LoadedConfig } from "../../config/load.ts";
import type { SinkDefinition } from "../../deliver/definition.ts";
import { createSinks } from "../../deliver/outputs.ts";
import type { SinkCheck } from "../../domain/ports/sink.ts";
import { systemClock } from "../wiring.ts";
import type { DoctorCheck } from "../../report/model/doctor.ts";

export interface OutputsToCheck {
  readonly stateDirectory: string;
  readonly signal: AbortSignal;
  /** The kinds of outputs there are. */
  readonly sinks: readonly SinkDefinition[];
}

const PATIENCE_MS = 20_000;

/** Whether each output would take events now. */
export async function checkOutputs(
  loaded: LoadedConfig,
  { stateDirectory, signal, sinks }: OutputsToCheck,
): Promise<readonly DoctorCheck[]> {
  const made = createSinks({ loaded, stateDirectory, clock: systemClock(), sinks });
  const found = made.map(async ({ sink }): Promise<readonly DoctorCheck[]> => {
    const checks = await sink.check(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
    await sink.close(2_000);
    return checks.map((check) => checkOf(sink.name, check));
  });
  return (await Promise.all(found)).flat();
}

function checkOf(output: string, { name, ok, detail, fix }: SinkCheck): DoctorCheck {
  return {
    group: `output ${output}`,
    name,
    state: ok ? "ok" : "error",
    detail,
    effect: ok ? null : "events wait in the outbox until it answers; nothing is lost",
    fix,
    code: ok ? null : "TL130",
  };
}
