import type { Transport } from "../../domain/network.ts";
import { fromNumbers, type Intervals, parseIntervals, union } from "../../lib/intervals.ts";
import { err, ok, type Result } from "../../lib/result.ts";

/** `top-1000` (any number), or numbers and ranges: `[22, "8000-8100"]`. */
export type PortsSetting = string | readonly (string | number)[];

/**
 * The configured TCP ports. `servicesFile` is the text of the installed `nmap-services`, needed for `top-N` only;
 * null when it could not be read.
 */
export function planPorts(setting: PortsSetting, servicesFile: string | null): Result<Intervals, string> {
  const parts = typeof setting === "string" ? [setting] : setting;
  const read = parts.map((part) => readPart(String(part), servicesFile));
  const wrong = read.find((result) => !result.ok);
  if (wrong !== undefined && !wrong.ok) return wrong;
  return ok(union(...read.flatMap((result) => (result.ok ? [result.value] : []))));
}

function readPart(text: string, servicesFile: string | null): Result<Intervals, string> {
  const top = /^top-(\d{1,5})$/.exec(text);
  if (top === null) return readRange(text);
  if (servicesFile === null)
    return err(`ports: "${text}" needs nmap's file nmap-services, which could not be read; list the ports instead`);
  const ports = topPorts(servicesFile, "tcp", Number(top[1]));
  return ports.length > 0 ? ok(ports) : err(`ports: "${text}" selects no port`);
}

function readRange(text: string): Result<Intervals, string> {
  const ports = parseIntervals(text);
  const first = ports?.[0]?.[0];
  const last = ports?.at(-1)?.[1];
  const valid = first !== undefined && first >= 1 && last !== undefined && last <= 65_535;
  return valid
    ? ok(ports ?? [])
    : err(`ports: "${text}" is not a port, range (8000-8100) or top-1000; ports are 1 to 65535`);
}

/**
 * The N most frequently open ports by the third column of `nmap-services`, as `nmap --top-ports N` takes them: equal
 * frequencies in the order of the file.
 */
export function topPorts(servicesFile: string, transport: Transport, count: number): Intervals {
  const rows = servicesFile.split("\n").flatMap((line) => {
    const match = /^\S+\t(\d+)\/(\w+)\t([\d.]+)/.exec(line);
    return match?.[2] === transport ? [{ port: Number(match[1]), frequency: Number(match[3]) }] : [];
  });
  const best = rows.filter((row) => row.port > 0).sort((a, b) => b.frequency - a.frequency);
  return fromNumbers(best.slice(0, count).map((row) => row.port));
}
