import type { Recording } from "../../../test/recorded/recording.ts";
import type { World, WorldOptions } from "../world.ts";

/** One story whose events the digest is made of. */
export interface Series extends WorldOptions {
  readonly name: string;
  readonly play: (world: World) => Promise<void>;
}

/** Recordings one after the other, and nothing else. */
export function scans(name: string, recordings: readonly Recording[], options: WorldOptions = {}): Series {
  return { name, ...options, play: (world) => world.scan(...recordings) };
}
