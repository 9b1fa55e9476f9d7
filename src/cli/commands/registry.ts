import { addAnomalies } from "./anomalies.ts";
import { addBaseline } from "./baseline.ts";
import { addChange } from "./change.ts";
import type { CommandHost } from "./command.ts";
import { addConfig } from "./config.ts";
import { addDemo } from "./demo.ts";
import { addDoctor } from "./doctor.ts";
import { addDrift } from "./drift.ts";
import { addEvents } from "./events.ts";
import { addHistory } from "./history.ts";
import { addHosts } from "./hosts.ts";
import { addInvestigate } from "./investigate.ts";
import { addMuteCommand } from "./mute.ts";
import { addOutbox } from "./outbox.ts";
import { addRaw } from "./raw.ts";
import { addReplay } from "./replay.ts";
import { addReload } from "./reload.ts";
import { addRun } from "./run.ts";
import { addScan } from "./scan.ts";
import { addScans } from "./scans.ts";
import { addSetup } from "./setup.ts";
import { addStatus } from "./status.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((host: CommandHost) => void)[] = [
  addDoctor,
  addScan,
  addRun,
  addReload,
  addStatus,
  addAnomalies,
  addInvestigate,
  addHosts,
  addHistory,
  addBaseline,
  addMuteCommand,
  addChange,
  addDrift,
  addEvents,
  addScans,
  addRaw,
  addReplay,
  addOutbox,
  addConfig,
  addSetup,
  addDemo,
];
