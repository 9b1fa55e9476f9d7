import { analyse, type RecordedCycles } from "../../src/app/operations/analyse.ts";
import { recordedCycles } from "../../src/app/operations/scan-recorded.ts";
import { createRuntime } from "../../src/app/runtime.ts";
import { loadConfig } from "../../src/config/load.ts";

/**
 * What judging costs, in a process of its own: configuration, state and files as JSON in the first argument; CPU seconds of
 * each cycle as JSON on standard output. From recalling what is known to the commit and the sweep; reading the XML, the start
 * of the program and the delivery of events are not in it.
 */
interface Given {
  readonly config: string;
  readonly state: string;
  readonly files: readonly string[];
}

const { config, state, files } = JSON.parse(process.argv[2] ?? "") as Given;
const costs: number[] = [];

async function* timed(cycles: RecordedCycles): RecordedCycles {
  for await (const cycle of cycles) {
    const before = process.cpuUsage();
    yield cycle;
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1e6);
  }
}

const runtime = createRuntime();
const { configFormat: format } = runtime;
const loaded = loadConfig({ flag: config, cwd: process.cwd(), environment: {}, now: Date.now(), format });
if (!loaded.ok) throw new Error(loaded.error.text);
const at = { runtime, loaded: loaded.value, stateDirectory: state };
const request = { learn: true, learnScans: null, emit: false };
const during = { signal: new AbortController().signal };
const done = await analyse({ at, request, during }, timed(recordedCycles({ files, names: files }, at.runtime.clock)));
if (!done.ok) throw new Error(done.error.what);
process.stdout.write(JSON.stringify(costs));
