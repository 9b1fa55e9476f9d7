import { timeOrderedId } from "../../../src/lib/ids.ts";
import { openStore } from "../../../src/store/open.ts";
import { baselineOf, cycle, cycleCommit, event, hostBaseline } from "./samples.ts";
import { NOW } from "./temp-store.ts";

// Commits cycles without end and says each number after its commit; somebody kills it with signal 9.
const [directory, first] = process.argv.slice(2);
if (directory === undefined || first === undefined) throw new Error("usage: committer.ts DIRECTORY FIRST");

const opened = openStore({ directory, access: "write", now: NOW, newId: () => timeOrderedId(NOW) });
if (!opened.ok) throw new Error(opened.error.what);
const { cycles, outbox } = opened.value;
await outbox.registerSink({ name: "file", kind: "file", backfill: true });

for (let n = Number(first); ; n++) {
  const hosts = Array.from({ length: 20 }, (_, i) => hostBaseline(`h${i}`, { covered: n }));
  const baseline = baselineOf(hosts, { scans: n });
  const events = Array.from({ length: 5 }, (_, i) =>
    event(`e${n}-${i}`, JSON.stringify({ n, i, pad: "x".repeat(1500) })),
  );
  const record = cycle(`c${n}`, { state: "done", scanNumber: n });
  await cycles.commitCycle(
    cycleCommit(`c${n}`, { cycle: record, baseline, touchedHosts: new Set(baseline.hosts.keys()), events }),
  );
  process.stdout.write(`${n}\n`);
}
