import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { missingText } from "../availability.ts";
import type { SearchAccess } from "../elasticsearch/access.ts";
import { freePort } from "../ports.ts";
import { endProcess, spawnServer, waitUntilReady } from "../server-process.ts";
import { newTempDir } from "../temp-dir.ts";
import { type OpenSearchParts, openSearchParts } from "./parts.ts";

export interface OpenSearchServer extends SearchAccess {
  /** Ends the server and removes its data. */
  readonly destroy: () => Promise<void>;
}

// The first compiler stage and the serial collector start a test server in half of the usual time.
const JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m"];
const PROGRAM = path.join(import.meta.dirname, "OneNode.java");

/** A real OpenSearch on 127.0.0.1, one node without users and TLS. Throws when it cannot be had. */
export async function startOpenSearch(): Promise<OpenSearchServer> {
  const parts = await openSearchParts();
  if (!parts.ok) throw new Error(missingText(parts));
  const access = { url: `http://127.0.0.1:${await freePort()}`, authorization: "" };
  const dir = newTempDir("tripline-opensearch-");
  const removeData = (): void => rmSync(dir, { recursive: true, force: true });
  const child = await launch(dir, parts, access).catch((error: unknown) => {
    removeData();
    throw error;
  });
  return {
    ...access,
    async destroy() {
      await endProcess(child, "SIGKILL");
      removeData();
    },
  };
}

async function launch(dir: string, { javaHome, libs }: OpenSearchParts, access: SearchAccess) {
  const logFile = path.join(dir, "console.log");
  const data = path.join(dir, "node");
  mkdirSync(data);
  const child = spawnServer({
    command: path.join(javaHome, "bin/java"),
    args: [...JAVA_OPTIONS, "-cp", `${libs}/*`, PROGRAM, data, new URL(access.url).port],
    cwd: dir,
    logFile,
    env: { PATH: process.env["PATH"], LANG: "C.UTF-8", HOME: dir },
  });
  await waitUntilReady({ child, logFile, name: "OpenSearch", isReady: () => isHealthy(access) });
  return child;
}

async function isHealthy({ url }: SearchAccess): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=30s`);
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
