import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "./availability.ts";
import { isAlive, waitUntilGone } from "./server-process.ts";
import { privateElasticsearchForTests } from "./servers.ts";

interface Started {
  readonly pid: number;
  readonly dir: string;
}

/** Starts a server in a Node process of its own and kills that process so that it can clean up nothing. */
async function startAndCrash(): Promise<Started> {
  const url = path.join(import.meta.dirname, "elasticsearch/server.ts");
  const program = `
    const server = await (await import(${JSON.stringify(url)})).startElasticsearch();
    console.log(JSON.stringify({ pid: server.serverPid, dir: server.dir }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(createInterface(child.stdout), "line");
  const started: Started = JSON.parse(String(line));
  onTestFinished(() => rmSync(started.dir, { recursive: true, force: true }));
  expect(isAlive(started.pid)).toBe(true);
  child.kill("SIGKILL");
  return started;
}

// Elasticsearch is the hard case: a launcher is between the killed process and the server.
describeWith(await privateElasticsearchForTests(), "a test run that is killed with -9", () => {
  test.skipIf(!existsSync("/usr/bin/setpriv"))("leaves no server", async () => {
    await waitUntilGone((await startAndCrash()).pid);
  });
});
