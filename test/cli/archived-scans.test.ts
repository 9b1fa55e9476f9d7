import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { listener } from "../support/listeners.ts";
import { freePort } from "../support/ports.ts";
import { directoryWith, run } from "./command-line.ts";

const LIMIT_MS = 180_000;
const HOST = "127.0.47.9";

/** Two scans by nmap of one loopback host, on which a port opened in between. */
async function scannedTwice() {
  const [ssh, shell] = [await freePort(), await freePort()];
  const directory = directoryWith({
    "tripline.yaml": `segment: archived
targets: [${HOST}]
ports: [${ssh}, ${shell}]
os_detection: false
baseline: { learn: { scans: 1, at_least: 0s } }
`,
  });
  const tripline = (...words: readonly string[]) => run([...words, "-c", "tripline.yaml"], directory);
  const text = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
  await listener(HOST, ssh, { kind: "banner", text });
  await tripline("scan");
  await listener(HOST, shell, { kind: "banner", text: "hello\r\n" });
  await tripline("scan");
  return { directory, tripline, ssh, shell };
}

describeWith(installedNmap(), "the archive of live scans", () => {
  it(
    "is what two scans are compared by, and the stored facts say the same where a file is missing",
    async () => {
      const { directory, tripline, shell } = await scannedTwice();
      const diff = async () => JSON.parse((await tripline("scans", "diff", "1", "2", "--json")).out);
      const archived = await diff();
      expect(archived).toMatchObject({ source: "archive", notMeasured: { hosts: 0, ports: 0 } });
      expect(archived.changes).toMatchObject([{ change: "opened", address: HOST, port: `${shell}/tcp`, before: null }]);
      const raw = join(directory, ".tripline", "raw");
      for (const folder of readdirSync(raw).slice(0, 1)) rmSync(join(raw, folder), { recursive: true });
      expect(await diff()).toEqual({ ...archived, source: "facts" });
    },
    LIMIT_MS,
  );
});
