import type { SinkCheck } from "../../domain/ports/sink.ts";
import type { DoctorCheck } from "../../report/model/doctor.ts";
import type { Site } from "./operation.ts";

const PATIENCE_MS = 20_000;

/** Whether each output would take events now. */
export async function checkOutputs(
  { runtime, loaded, stateDirectory }: Site,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const made = runtime.sinks(loaded, stateDirectory);
  const found = made.map(async ({ sink }): Promise<readonly DoctorCheck[]> => {
    const checks = await sink.check(AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
    await sink.close(2_000);
    return checks.map((check) => checkOf(sink.name, check));
  });
  return (await Promise.all(found)).flat();
}

function checkOf(output: string, { name, ok, detail, fix, warning }: SinkCheck): DoctorCheck {
  const check = { group: `output ${output}`, name, detail, fix };
  if (!ok)
    return {
      ...check,
      state: "error",
      effect: "events wait in the outbox until it answers; nothing is lost",
      code: "TL130",
    };
  if (warning !== undefined) return { ...check, state: "warn", ...warning };
  return { ...check, state: "ok", effect: null, code: null };
}
