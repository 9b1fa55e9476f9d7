import { spawnSync } from "node:child_process";
import { type Available, missing } from "./availability.ts";

/** A user that is neither root nor whoever runs the tests. */
export const STRANGER = 61_234;

/** Only root can give files away. */
export function givingAway(): Available<object> {
  return process.getuid?.() === 0 ? { ok: true } : missing("only root can give a file away", "run the tests as root");
}

/** Root may mount what nobody else sees; a chroot whose root is not a mount point cannot. */
export function ownMounts(): Available<object> {
  const tried = spawnSync("unshare", ["--mount", "true"]);
  return tried.status === 0
    ? { ok: true }
    : missing("mounts of one's own are not possible here", "run the tests as root");
}
