import { existsSync, realpathSync } from "node:fs";
import path from "node:path";

/** Files of an nmap installation that we read ourselves. */
export interface NmapData {
  readonly directory: string;
  readonly services: string;
  readonly probes: string;
  readonly osDb: string;
}

/** Where the distributions put the data; beside the program first, as nmap itself looks. Null: not found. */
export function findNmapData(nmapPath: string): NmapData | null {
  const real = existsSync(nmapPath) ? realpathSync(nmapPath) : nmapPath;
  const places = [path.resolve(path.dirname(real), "../share/nmap"), "/usr/share/nmap", "/usr/local/share/nmap"];
  const directory = places.find((place) => existsSync(path.join(place, "nmap-services")));
  if (directory === undefined) return null;
  return {
    directory,
    services: path.join(directory, "nmap-services"),
    probes: path.join(directory, "nmap-service-probes"),
    osDb: path.join(directory, "nmap-os-db"),
  };
}
