import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** Where everything of an installation lies. With DESTDIR the files go below it; what they say is without it. */
export interface Place {
  readonly prefix: string;
  /** `PREFIX/bin`, where the command is. */
  readonly bin: string;
  readonly launcher: string;
  /** `PREFIX/lib/tripline`: the packed copy, its dependencies and its Node.js. */
  readonly home: string;
  readonly units: string;
  readonly sysusers: string;
}

export function placeFor(prefix: string, destination: string): Place {
  const at = (...parts: readonly string[]) => path.join(destination, prefix, ...parts);
  return {
    prefix,
    bin: at("bin"),
    launcher: at("bin", "tripline"),
    home: at("lib", "tripline"),
    units: at("lib", "systemd", "system"),
    sysusers: at("lib", "sysusers.d"),
  };
}

/** Why nothing may be done there; null when it may. What is not ours is neither replaced nor removed. */
export function refusal(place: Place, uninstall: boolean): string | null {
  if (!path.isAbsolute(place.prefix)) return `PREFIX is an absolute path; got "${place.prefix}". Nothing was changed.`;
  if (/[\n"'\\%$]/.test(place.prefix))
    return `PREFIX has a character that units and scripts cannot hold: ${place.prefix}`;
  const foreign = [place.launcher, place.home].find((at) => existsSync(at) && !isOurs(place));
  if (foreign !== undefined) {
    return `${foreign} exists and was not installed by this script. Nothing was changed.\nFix: move it away, or choose another PREFIX.`;
  }
  return uninstall && !existsSync(place.home) ? `there is no installation in ${place.home}` : null;
}

function isOurs({ home }: Place): boolean {
  const manifest = path.join(home, "package.json");
  if (!existsSync(manifest)) return false;
  return z.object({ name: z.literal("tripline") }).safeParse(JSON.parse(readFileSync(manifest, "utf8"))).success;
}
