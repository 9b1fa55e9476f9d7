import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { installedNmap } from "../nse/nmap.ts";
import { describeWith } from "../support/availability.ts";
import { listener } from "../support/listeners.ts";
import { freePort } from "../support/ports.ts";
import { directoryWith, run } from "./command-line.ts";
import { host, office } from "./support/people.ts";

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

  it(
    "is printed for one host, byte for byte, with the file it is from; of a file that is gone or was changed nothing is",
    async () => {
      const { directory, tripline, ssh, shell } = await scannedTwice();
      const shown = await tripline("raw", "last", HOST);
      expect(shown.code).toBe(0);
      const [xml, file = "", sha256] = [
        shown.out,
        ...(/^ports: (\S+), SHA-256 (\w+)$/m.exec(shown.err) ?? []).slice(1),
      ];
      const packed = join(directory, ".tripline", file);
      const whole = zstdDecompressSync(readFileSync(packed));
      expect(createHash("sha256").update(whole).digest("hex")).toBe(sha256);
      for (const element of xml.split(/(?<=<\/host>)\n/).filter((one) => one !== ""))
        expect(element).toMatch(/^<host .*<\/host>$/s);
      expect(whole.toString("latin1")).toContain(xml.slice(0, xml.indexOf("</host>")));
      for (const port of [ssh, shell]) expect(xml).toContain(`portid="${port}"`);
      const json = JSON.parse((await tripline("raw", "last", HOST, "--json")).out);
      expect(json.map((one: { xml: string }) => `${one.xml}\n`).join("")).toBe(xml);
      await tripline("raw", "last", HOST, "-o", "evidence.xml", "-q");
      expect(readFileSync(join(directory, "evidence.xml"), "utf8")).toBe(xml);

      expect((await tripline("raw", "1", HOST)).out).toContain(`portid="${ssh}"`);
      for (const name of readdirSync(dirname(packed)))
        writeFileSync(join(dirname(packed), name), zstdCompressSync("<host/>"));
      const changed = await tripline("raw", "last", HOST);
      expect(changed).toMatchObject({ code: 2, out: "", err: expect.stringContaining("is not what was archived") });
      rmSync(dirname(packed), { recursive: true });
      expect((await tripline("raw", "last", HOST)).err).toMatch(/cannot be read \(it is missing\) \(TL523\)/);
    },
    LIMIT_MS,
  );
});

describe("a raw host that there is not", () => {
  const named = (address: string, name: string) => ({ ...host(address, 22), names: [name] });

  it.each([
    { words: ["last", "10.0.0.9"], code: "TL522", says: 'names no host "10.0.0.9"' },
    { words: ["last", "nsa.example.org"], code: "TL522", says: 'did you mean "nas.example.org"?' },
    { words: ["last", "10.0.0.0/24"], code: "TL522", says: "Name one host" },
    { words: ["7", "10.0.0.5"], code: "TL520", says: "there is no finished scan 7" },
    { words: ["last", "nas"], code: "TL523", says: "it was read from a recorded file, which is not archived" },
    { words: ["last", "10.0.0.5"], code: "TL523", says: "store.keep_raw" },
  ])("$words is refused with $code: $says", async ({ words, code, says }) => {
    const { tripline } = await office([named("10.0.0.5", "nas.example.org")]);
    const refused = await tripline("raw", ...words);
    expect(refused).toMatchObject({ code: 2, out: "", err: expect.stringContaining(`(${code})`) });
    expect(refused.err).toContain(says);
  });
});
