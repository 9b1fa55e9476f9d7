import { join } from "node:path";
import { expect, it } from "vitest";
import { openState } from "../support/runtime.ts";
import { nmapXml } from "../support/nmap-xml.ts";
import { directoryWith, run } from "./command-line.ts";

const CONFIG = "segment: office\ntargets: [10.0.0.0/22]\nbaseline: { learn: { scans: 1, at_least: 0s } }\n";

/** A first scan that tells of 200 hosts: more than a store of 400 KB takes. */
function directory(): string {
  const hosts = Array.from({ length: 200 }, (_, i) => ({
    address: `10.0.${i >> 6}.${(i & 63) + 1}`,
    ports: [{ port: 22 }, { port: 80 }],
  }));
  return directoryWith({ "tripline.yaml": CONFIG, "scan.xml": nmapXml({ hosts }) });
}

it("a store that is full is told with code, effect and fix; with more room the same scan goes through", async () => {
  const cwd = directory();
  const scan = ["scan", "--from-xml", "scan.xml", "--learn-scans", "1", "-q", "-c"];
  const small = directoryWith({ "small.yaml": `${CONFIG}store: { max_size: 400KiB }\n` });
  const state = ["--state", join(cwd, "state")];
  const { code, out, err } = await run([...scan, join(small, "small.yaml"), ...state], cwd);
  expect([code, out]).toEqual([78, ""]);
  expect(err).toMatch(
    /^tripline: the store has no space left .*\(TL414\)\n  effect  .*\n  fix     Raise store\.max_size/,
  );
  expect(err).not.toContain("please report");
  expect(await stored(join(cwd, "state"))).toEqual({ hosts: 0, events: 0, last: null });

  expect((await run([...scan, "tripline.yaml", ...state], cwd)).code).toBe(0);
  expect(await stored(join(cwd, "state"))).toMatchObject({ hosts: 200, last: "done" });
});

async function stored(directory: string) {
  const opened = openState(directory, "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const { cycles, history, outbox } = opened.value;
  const hosts = (await cycles.loadBaseline("office")).hosts.size;
  const last = (await history.lastCycle("office"))?.state ?? null;
  const events = (await outbox.status()).rows;
  opened.value.close();
  return { hosts, events, last };
}
