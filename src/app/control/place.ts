import { lstatSync, realpathSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { systemReason } from "../../lib/files.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";

/** Where a running agent listens, and who may ask it: the file mode decides. */
export interface Place {
  readonly path: string;
  /** 0660: the group as well, in a directory made for the service. 0600: the owner of the state, and root. */
  readonly mode: 0o600 | 0o660;
}

/** Room in a socket address is 108 bytes on Linux and 104 elsewhere, with the end; the names of proofs need none. */
const LONGEST_PATH = 100;
const EFFECT = "The agent works without it; commands that change something are refused while it runs.";

export function socketIn(directory: string): string {
  return join(directory, "control.sock");
}

/** `runtimeDirectory`: the one that a service manager made for this agent; null: none, so it is beside the state. */
export function placeFor(runtimeDirectory: string | null, stateDirectory: string): Result<Place, OperationFailure> {
  const path = socketIn(runtimeDirectory ?? realpathSync(stateDirectory));
  const bytes = Buffer.byteLength(path);
  if (bytes > LONGEST_PATH) return err(tooLong(path, bytes));
  return ok({ path, mode: runtimeDirectory === null ? 0o600 : 0o660 });
}

function tooLong(path: string, bytes: number): OperationFailure {
  return {
    code: "TL430",
    exit: 78,
    what: `the path of the control socket has ${bytes} bytes; at most ${LONGEST_PATH} are possible: ${path}`,
    effect: EFFECT,
    fix: "Set RUNTIME_DIRECTORY to a short path (systemd: RuntimeDirectory=), or choose a shorter state directory.",
  };
}

/** Makes room for the socket: what a killed agent left goes, everything else is left alone and refused. */
export async function clearPlace({ path }: Place): Promise<Result<null, OperationFailure>> {
  const unsafe = unsafeDirectory(dirname(path));
  if (unsafe !== null) return err(occupied(unsafe));
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return ok(null);
  if (found.isSymbolicLink()) return err(occupied(`${path} is a symbolic link`));
  if (!found.isSocket()) return err(occupied(`${path} is not a socket`));
  if (found.uid !== process.geteuid?.()) return err(occupied(`${path} belongs to user ${found.uid}`));
  if (await isAnswered(path)) return err(occupied(`another process listens on ${path}`));
  rmSync(path);
  return ok(null);
}

/** Who may replace names in a directory could answer in our place, or prove to be somebody else. */
function unsafeDirectory(directory: string): string | null {
  const { uid, mode } = statSync(directory);
  if (uid !== process.geteuid?.() && uid !== 0) return `${directory} belongs to user ${uid}`;
  const [othersWrite, sticky] = [(mode & 0o022) !== 0, (mode & 0o1000) !== 0];
  return othersWrite && !sticky ? `${directory} lets others replace its files (mode ${modeText(mode)})` : null;
}

function modeText(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const answer = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}

function occupied(why: string): OperationFailure {
  return {
    code: "TL431",
    exit: 78,
    what: `the control socket is not opened: ${why}`,
    effect: EFFECT,
    fix: "Find out who set it up that way; remove it or correct its owner and mode (systemd: RuntimeDirectoryMode=1770), then restart the agent.",
  };
}

export function notOpened(path: string, error: unknown): OperationFailure {
  return {
    code: "TL432",
    exit: 78,
    what: `the control socket ${path} cannot be opened: ${systemReason(error)}`,
    effect: EFFECT,
    fix: "Check the directory and its volume, then restart the agent.",
  };
}
