import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeFileDurably } from "../../lib/files.ts";
import { sha256Hex } from "../../lib/hash.ts";

/** Wait for a service that speaks first. nmap waits 6 s: HTTP then takes 6.3 s instead of 1.0 s. */
const NULL_WAIT_MS = 700;
/** Wait for an answer to any other probe without a wait of its own; nmap: 5 s. A silent service: 11 s instead of 26 s. */
const PROBE_WAIT_MS = 2000;

/** A file whose hash is part of the comparability key of services. */
export interface HashedFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * A copy of the installed `nmap-service-probes` with short waits, in `workDir`, recreated when the installed one
 * changed. Responsive services are identified exactly as with the original. Throws the file system's error.
 */
export function shortWaitProbes(installed: string, workDir: string): HashedFile {
  const text = shortenWaits(readFileSync(installed, "latin1"));
  const bytes = Buffer.from(text, "latin1");
  const sha256 = sha256Hex(bytes);
  const file = path.join(workDir, "nmap-service-probes");
  // Compared before every run: whoever could write here would choose what is sent to every host.
  if (!existsSync(file) || sha256Hex(readFileSync(file)) !== sha256) writeFileDurably(file, bytes);
  return { path: file, sha256 };
}

/** Pure: the text of `nmap-service-probes` with the waits replaced. nmap refuses a probe that states a wait twice. */
export function shortenWaits(text: string): string {
  const [head = "", ...probes] = text.split(/^(?=Probe )/m);
  return [head, ...probes.map(shortenProbe)].join("");
}

function shortenProbe(probe: string): string {
  const [line = "", ...rest] = probe.split("\n");
  if (line.startsWith("Probe TCP NULL ")) return probe.replace(/^totalwaitms \d+$/m, `totalwaitms ${NULL_WAIT_MS}`);
  if (/^totalwaitms /m.test(probe)) return probe;
  return [line, `totalwaitms ${PROBE_WAIT_MS}`, ...rest].join("\n");
}
