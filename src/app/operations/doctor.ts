import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import type { LoadedConfig } from "../../config/load.ts";
import { readSources } from "../../declared/readers/read-sources.ts";
import { preflight } from "../../scan/nmap/preflight.ts";
import type { TargetRefusal } from "../../domain/target-plan.ts";
import { pinTargets } from "../../scan/targets.ts";
import type { DoctorCheck } from "../../report/model/doctor.ts";
import { ownerName } from "../../lib/file-owners.ts";
import { sourceSettings } from "../declared-reader.ts";
import { packagePath } from "../../config/package-root.ts";
import { programOwners } from "../../config/settings.ts";
import { targetsFailure } from "../targets.ts";
import { checkKibana } from "./check-kibana.ts";
import { checkOutputs } from "./check-outputs.ts";
import type { OperationFailure } from "../failure.ts";
import type { During, Site } from "./operation.ts";

/** Everything that could keep a scan or an event from working, before it happens. Changes nothing. */
export async function doctor(site: Site, { signal }: During): Promise<readonly DoctorCheck[]> {
  return [
    node(),
    ...configuration(site.loaded),
    ...(await scanning(site)),
    ...state(site),
    ...(await checkOutputs(site, signal)),
    ...(await checkKibana(site, signal)),
    ...(await declared(site)),
  ];
}

function node(): DoctorCheck {
  return { group: "runtime", name: "node", state: "ok", detail: process.version, effect: null, fix: null, code: null };
}

/** One that others may change was refused before; this says who could. */
function configuration({ path, owner }: LoadedConfig): readonly DoctorCheck[] {
  if (path === null || owner === null) return [];
  const detail = `${path} belongs to ${ownerName(owner)}; others cannot write to it`;
  return [{ group: "configuration", name: "file", state: "ok", detail, effect: null, fix: null, code: null }];
}

async function scanning({ runtime, loaded }: Site): Promise<readonly DoctorCheck[]> {
  const { config } = loaded;
  const targets = await pinTargets({ ...config, ask: runtime.ask });
  const addresses = targets.ok ? targets.value.addresses : [];
  const nseDir = packagePath("nse-scripts");
  const report = await preflight({ nmapPath: config.nmap.path, nseDir, owners: programOwners(loaded), addresses });
  const checks = report.checks.map((check): DoctorCheck => ({ group: "scan", ...check }));
  return [
    ...checks,
    ...(targets.ok ? targets.value.unmeasured.map(unresolved) : [refusedTargets(targetsFailure(targets.error))]),
  ];
}

function unresolved({ text, reason }: TargetRefusal): DoctorCheck {
  return {
    group: "scan",
    name: "target",
    state: "warn",
    detail: `${text}: ${reason}`,
    effect: "its hosts are not measured; every scan is partial until this is fixed",
    fix: "correct the name, the DNS or the targets",
    code: "TL123",
  };
}

function refusedTargets({ what, effect, fix, code }: OperationFailure): DoctorCheck {
  return { group: "scan", name: "targets", state: "error", detail: what, effect, fix, code };
}

function state({ runtime, stateDirectory: directory }: Site): readonly DoctorCheck[] {
  const holder = runtime.stateHolder(directory);
  if (holder !== null) {
    const who = holder.role === "agent" ? "the agent" : "a command";
    const detail = `${directory} is in use by ${who}, pid ${holder.pid ?? "unknown"}`;
    return [{ group: "state", name: "store", state: "ok", detail, effect: null, fix: null, code: null }];
  }
  // A damaged store is set aside and reported only when it is opened for writing; checking changes nothing.
  const opened = runtime.openState(directory, existsSync(join(directory, "tripline.db")) ? "read" : "write");
  if (!opened.ok) {
    const { what, effect, fix, code } = opened.error;
    return [{ group: "state", name: "store", state: "error", detail: what, effect, fix, code }];
  }
  opened.value.close();
  const writable = isWritable(directory);
  return [
    {
      group: "state",
      name: "store",
      state: writable ? "ok" : "error",
      detail: `${directory} is ${writable ? "" : "not "}writable`,
      effect: writable ? null : "nothing can be learned or delivered",
      fix: writable ? null : "run as the owner of the directory, or name another one with --state",
      code: writable ? null : "TL403",
    },
  ];
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function declared({ runtime, loaded }: Site): Promise<readonly DoctorCheck[]> {
  const { readers } = runtime;
  const settings = sourceSettings(loaded, { readers });
  if (settings.length === 0) return [];
  const now = runtime.clock.now();
  const { sources } = await readSources(settings, { readers, now, previous: null });
  return sources.map((source) => ({
    group: "declared",
    name: source.file,
    state: source.state === "read" ? "ok" : "error",
    detail: source.state === "read" ? `${source.entries} entries` : (source.notes[0] ?? source.state),
    effect: source.state === "read" ? null : "what it declares is unknown, not absent; drift exits 3",
    fix: source.state === "read" ? null : "correct the file or the path",
    code: source.state === "read" ? null : "TL140",
  }));
}
