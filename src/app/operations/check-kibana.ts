import type { SetupRefusal } from "../../domain/ports/setup.ts";
import type { DoctorCheck } from "../../report/model/doctor.ts";
import { identifyKibana } from "../../siem/kibana/identify.ts";
import { type KibanaSettings, kibanaSettings } from "../../siem/kibana/settings.ts";
import { kibanaWork } from "../../siem/kibana/setup.ts";
import { runAssets } from "../setup/run-assets.ts";
import type { Site } from "./operation.ts";

const PATIENCE_MS = 20_000;

/** Whether the Kibana of the configuration can be set up, and what is installed there; nothing where none is configured. */
export async function checkKibana(
  { loaded }: Pick<Site, "loaded">,
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const settings = kibanaSettings(loaded);
  if (settings === null) return [];
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const version = await identifyKibana({ settings, signal: patience });
  if (!version.ok) return [useless(version.error, loaded.redact)];
  const { url, space } = settings;
  const there: DoctorCheck = { ...well("connect"), detail: `${url}, ${version.value}, space ${space}` };
  return [there, await content(settings, { signal: patience, redact: loaded.redact })];
}

interface Asking {
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

async function content(settings: KibanaSettings, { signal, redact }: Asking): Promise<DoctorCheck> {
  const look = { task: "install", dryRun: true, force: false, chosen: new Map<string, string>() } as const;
  const report = await runAssets(kibanaWork(settings), look, signal);
  if (!report.ok) return useless(report.error, redact);
  const states = report.value.steps.map(({ state }) => WORDS[state] ?? state);
  const current = states.filter((state) => state === "up to date").length;
  const others = [...new Set(states)].filter((state) => state !== "up to date").toSorted();
  const counts = others.map((state) => `${states.filter((one) => one === state).length} ${state}`);
  const detail = [`${current} of ${states.length} up to date`, ...counts].join(", ");
  if (others.length === 0) return { ...well("content"), detail };
  return { ...well("content"), state: "warn", detail, effect: OLD_PAGES, fix: SET_UP, code: "TL502" };
}

const WORDS: Readonly<Record<string, string>> = { create: "missing", update: "older" };
const OLD_PAGES = "analysts see other dashboards and searches than the documentation shows";
const SET_UP =
  "tripline setup kibana --diff shows the differences, tripline setup kibana installs what is missing or older";

function well(name: string): DoctorCheck {
  return { group: "kibana", name, state: "ok", detail: "", effect: null, fix: null, code: null };
}

/** The agent works without it: a warning. */
function useless({ text, fix }: SetupRefusal, redact: Asking["redact"]): DoctorCheck {
  const effect = "dashboards cannot be installed or compared; scans and events do not need it";
  return {
    ...well("connect"),
    state: "warn",
    detail: redact(text),
    effect,
    fix: fix ?? "check kibana in the configuration",
    code: "TL500",
  };
}
