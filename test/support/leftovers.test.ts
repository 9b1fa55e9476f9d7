import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { describeWith } from "./availability.ts";
import { isAlive, waitUntilGone } from "./server-process.ts";
import { privateElasticsearchForTests, privateKafkaForTests } from "./servers.ts";

interface Started {
  readonly pid: number;
  readonly dir: string;
}

/** Starts a server in a Node process of its own and kills that process so that it can clean up nothing. */
async function startAndCrash(module: string, startFunction: string): Promise<Started> {
  const url = path.join(import.meta.dirname, module);
  const program = `
    const server = await (await import(${JSON.stringify(url)})).${startFunction}();
    console.log(JSON.stringify({ pid: server.serverPid ?? server.pid, dir: server.dir }));
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

const setpriv = existsSync("/usr/bin/setpriv");

describeWith(await privateKafkaForTests(), "a test run that is killed with -9", () => {
  test.skipIf(!setpriv)("leaves no Kafka broker", { timeout: 60_000 }, async () => {
    await waitUntilGone((await startAndCrash("kafka/broker.ts", "startBroker")).pid);
  });
});

describeWith(await privateElasticsearchForTests(), "a test run that is killed with -9", () => {
  test.skipIf(!setpriv)("leaves no Elasticsearch", { timeout: 60_000 }, async () => {
    await waitUntilGone((await startAndCrash("elasticsearch/server.ts", "startElasticsearch")).pid);
  });
});
