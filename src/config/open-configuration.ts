import type { OpenToOthers } from "../lib/file-trust.ts";
import { openText } from "./own-file.ts";
import type { ConfigFailure } from "./problems.ts";

/** A configuration that somebody else may have written, or may change under us, is not read. */
export function openConfiguration(at: {
  /** As given. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly open: OpenToOthers;
}): ConfigFailure {
  const { path, file, open } = at;
  const message = `${openText(file, open)}${open.kind === "owner" ? ", and it was not named with -c" : ""}`;
  const { code, effect, fix } = open.kind === "owner" ? foreign(path) : writable(open);
  const lines = [
    `tripline: the configuration ${path} is not used: it ${message} (${code})`,
    `  effect  ${effect}`,
    `  fix     ${fix}`,
    `  more    tripline doctor --explain ${code}`,
  ];
  const problem = { line: 1, column: 1, length: 1, path: "", message: `${message} (${code})`, hint: fix };
  return { exit: 78, text: lines.join("\n"), problems: [problem], path };
}

function foreign(path: string) {
  return {
    code: "TL161",
    effect: "Nothing was started: a configuration names programs that run as you, and anybody can leave one here.",
    fix: `If you trust its owner, name the file: -c ${path === "tripline.yaml" ? "./tripline.yaml" : path}`,
  };
}

function writable({ fix }: OpenToOthers) {
  return {
    code: "TL160",
    effect: "Nothing was started: anyone who can change the file chooses the programs that run here and the targets.",
    fix,
  };
}
