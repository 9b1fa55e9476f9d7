import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { openState } from "../support/runtime.ts";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { listener } from "../support/listeners.ts";
import { directoryWith, type Ran, run, unprivileged } from "./command-line.ts";

const HOST = "127.0.32.1";

/** A small segment on loopback, mature after one scan; `nmap` says which one to use. */
function configured(nmap: string, port = 8001): string {
  const directory = directoryWith({});
  writeFileSync(join(directory, "tripline.yaml"), configText(nmap, port));
  return directory;
}

function configText(nmap: string, port: number): string {
  return `segment: office
targets: [${HOST}]
ports: [4444, ${port}]
os_detection: false
baseline: { learn: { scans: 1, at_least: 0s } }
nmap: { path: ${nmap} }
`;
}

/** What the state has learned. */
async function memory(directory: string) {
  const opened = openState(join(directory, ".tripline"), "read");
  if (!opened.ok) throw new Error(opened.error.what);
  const { scans, hosts } = await opened.value.cycles.loadBaseline("office");
  opened.value.close();
  return { scans, hosts: [...hosts.values()] };
}

describe("a missing nmap", () => {
  it.each([["scan"], ["run", "--no-web"]])(
    "%s ends with 69, where it was sought and how to get it",
    async (...args) => {
      const directory = configured("/opt/no/nmap");
      const { code, err } = await run([...args, "-c", "tripline.yaml"], directory);
      expect(code).toBe(69);
      expect(err).toContain('nmap was not found at "/opt/no/nmap" (TL101)');
      expect(err).toMatch(/effect {2}Nothing can be scanned[^]*fix +Install nmap/);
    },
  );

  it("is told by doctor, and recorded scans still work", async () => {
    const directory = configured("/opt/no/nmap");
    expect(await run(["doctor", "-c", "tripline.yaml"], directory)).toMatchObject({
      code: 69,
      out: expect.stringContaining("TL101"),
    });
    const recorded = resolve("test/fixtures/nmap/real/tcp-udp.xml");
    expect(await run(["scan", "--from-xml", recorded], directory)).toMatchObject({ code: 0 });
  });
});

describeWith(installedNmap(), "an nmap that ends too early or not at all", () => {
  /** A first scan that is learned, and then the same with a wrapper around the real nmap. */
  async function learnedThen(wrapper: string, signal?: AbortSignal): Promise<{ directory: string; second: Ran }> {
    const { port } = await listener(HOST, 0, { kind: "banner", text: "220 mail ESMTP Postfix\r\n" });
    const directory = configured("nmap", port);
    expect(await run(["scan", "-c", "tripline.yaml"], directory)).toMatchObject({ code: 0 });
    const program = join(directory, "nmap");
    writeFileSync(program, `#!/bin/sh\n${wrapper}\n`, { mode: 0o755 });
    writeFileSync(join(directory, "tripline.yaml"), configText(program, port));
    return { directory, second: await run(["scan", "-c", "tripline.yaml"], directory, signal) };
  }

  it.each(["KILL", "SEGV"])("killed by %s: 3, says so, learns nothing, misses nobody", async (name) => {
    const { directory, second } = await learnedThen(`kill -${name} $$`);
    expect(second.code).toBe(3);
    expect(second.out).toMatch(new RegExp(`failed: .*SIG${name}.* — nothing was concluded from absence`));
    expect(second.out).not.toMatch(/port-closed|host-disappeared|no changes/);
    const { scans, hosts } = await memory(directory);
    expect(scans).toBe(1);
    expect(hosts).toMatchObject([{ address: HOST, current: "up", misses: 0 }]);
  });

  it("that hangs: an interruption ends it and teaches nothing, and no process of it is left", async () => {
    const stop = new AbortController();
    const pidFile = join(directoryWith({}), "pid");
    const hanging = learnedThen(`echo $$ > ${pidFile}; trap '' TERM; while :; do sleep 0.1; done`, stop.signal);
    const pid = await written(pidFile);
    stop.abort();
    const { directory, second } = await hanging;
    expect(second).toMatchObject({ code: 130, err: expect.stringContaining("nothing was learned") });
    expect((await memory(directory)).scans).toBe(1);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});

describeWith(installedNmap(), "a scan from cron, without an agent", () => {
  it("keeps the bounds of the state as well: old raw files and what killed runs left are removed", async () => {
    const directory = configured("nmap");
    const state = join(directory, ".tripline");
    expect(await run(["scan", "-c", "tripline.yaml"], directory)).toMatchObject({ code: 0 });
    const old = join(state, "raw", "old-cycle", "0-0-ports.xml.zst");
    mkdirSync(dirname(old));
    mkdirSync(join(state, "work", "run-left"));
    writeFileSync(old, "");
    utimesSync(old, 1, 1);
    expect(await run(["scan", "-c", "tripline.yaml"], directory)).toMatchObject({ code: 0 });
    expect([existsSync(old), existsSync(join(state, "work", "run-left"))]).toEqual([false, false]);
    expect(readdirSync(join(state, "raw"))).toHaveLength(2);
  });
});

describeWith(installedNmap(), "without the right to raw sockets", () => {
  it("a scan works with TCP connections, says so loudly, and never pretends to be SYN", async () => {
    const { port } = await listener(HOST, 0, { kind: "banner", text: "220 mail ESMTP Postfix\r\n" });
    const directory = configured("nmap", port);
    const { code, text } = await unprivileged(["scan", "--emit", "-c", "tripline.yaml"], directory);
    expect(text).toMatch(/connect scan: no raw sockets .*silent and rogue hosts may be missed.*TL102/);
    expect(code).toBe(0);
    const events = readFileSync(join(directory, ".tripline", "events.ndjson"), "utf8");
    expect(events).toContain('"method":"connect"');
    expect(events).not.toContain('"method":"syn"');
  });

  it("doctor names the effect and the fix, and ends with 3", async () => {
    const { code, text } = await unprivileged(["doctor", "-c", "tripline.yaml"], configured("nmap"));
    expect(text).toMatch(/warn {2}raw sockets: not allowed[^]*TL102[^]*TCP connect scans only[^]*NET_RAW/);
    expect(code).toBe(3);
  });
});

/** The content of a file as soon as somebody has written it. */
async function written(file: string): Promise<string> {
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    if (text !== "") return text;
    await new Promise((done) => setTimeout(done, 20));
  }
}
