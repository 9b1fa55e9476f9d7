import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { sha256Hex } from "../../lib/hash.ts";
import { findNmapData } from "./data-files.ts";

/** One hash over everything that comes with nmap and with us and changes what a scan shows: 10 MB, some 10 ms. */
export function toolsDigest(nmap: string, nseDir: string): string {
  const data = findNmapData(nmap);
  const databases = data === null ? [] : [data.probes, path.join(data.directory, "nmap-os-db")];
  const files = [nmap, ...databases, path.join(nseDir, "manifest.json")];
  return sha256Hex(files.map((file) => (existsSync(file) ? sha256Hex(readFileSync(file)) : "")).join("\n"));
}
