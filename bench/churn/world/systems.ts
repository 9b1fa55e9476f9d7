import type { WorldOs } from "../types.ts";

type Match = WorldOs["matches"][number];

/** What nmap guesses for a kind of machine: the best match first, then those that come and go. */
const SYSTEMS = {
  linux: system("Linux", ["Linux 4.15 - 5.8", "Linux 5.0 - 5.4", "Linux 5.0 - 5.5", "Linux 5.4", "Linux 5.0"]),
  linux6: system("Linux", ["Linux 5.0 - 6.2", "Linux 4.15 - 5.19", "Linux 5.4 - 5.10", "Linux 4.19", "Linux 5.1"]),
  embedded: system("Linux", ["Linux 2.6.32 - 3.10", "Linux 2.6.32", "Linux 3.2 - 3.8", "Linux 3.10"]),
  windows: system("Windows", [
    "Microsoft Windows 10 1709 - 1909",
    "Microsoft Windows 10 1709 - 1803",
    "Microsoft Windows 10 1809 - 2004",
    "Microsoft Windows 11 21H2",
    "Microsoft Windows Longhorn",
  ]),
  windowsServer: system("Windows", [
    "Microsoft Windows Server 2019",
    "Microsoft Windows Server 2016",
    "Microsoft Windows Server 2022",
    "Microsoft Windows 10 1909",
  ]),
  macos: system("macOS", [
    "Apple macOS 12 (Monterey) (Darwin 21.1.0 - 21.6.0)",
    "Apple macOS 11 (Big Sur) - 13 (Ventura)",
  ]),
  freebsd: system("FreeBSD", ["FreeBSD 12.0-RELEASE - 13.1-RELEASE", "FreeBSD 11.2-RELEASE", "FreeBSD 13.0-RELEASE"]),
  printer: system("embedded", [
    "HP LaserJet M402 printer",
    "HP LaserJet M553 printer",
    "HP Officejet Pro 8500 printer",
  ]),
  camera: system("Linux", ["Hikvision DS-2CD2xxx camera (Linux 3.0)", "Linux 3.0 - 3.13", "Linux 2.6.32 - 3.13"]),
  lwip: system("lwIP", [
    "lwIP 1.4.1 - 2.0.3",
    "Espressif esp8266 firmware (lwIP stack)",
    "Philips Hue Bridge (lwIP stack v1.4.0)",
  ]),
  ios: system("iOS", ["Apple iOS 15.0 - 16.1 (Darwin 21.1.0 - 22.1.0)", "Apple iOS 14.0 - 15.6"]),
  android: system("Linux", ["Android 10 - 12 (Linux 4.14 - 4.19)", "Android 9 - 10 (Linux 4.9 - 4.14)", "Linux 4.9"]),
} as const satisfies Readonly<Record<string, WorldOs>>;

export type SystemName = keyof typeof SYSTEMS;

export function systemOf(name: SystemName): WorldOs {
  return SYSTEMS[name];
}

/** The same machine with another family in front; the old one stays a candidate where `overlapping`. */
export function shiftedTo(name: SystemName, before: WorldOs, overlapping: boolean): WorldOs {
  const [best, ...rest] = SYSTEMS[name].matches;
  const [old] = before.matches;
  const trace: readonly Match[] = overlapping && old !== undefined ? [{ ...old, accuracy: 96 }] : [];
  return { matches: best === undefined ? [] : [best, ...rest.slice(0, 2), ...trace] };
}

function system(family: string, names: readonly string[]): WorldOs {
  return { matches: names.map((name, i): Match => ({ name, family, accuracy: i === 0 ? 98 : 97 - i })) };
}
