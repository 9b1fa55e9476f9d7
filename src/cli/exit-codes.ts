/** One table for every command; printed by each --help and tested per command. 1 never means a finding. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  partial: 3,
  outputUnreachable: 4,
  findings: 10,
  missingProgram: 69,
  noPermission: 77,
  configInvalid: 78,
  interrupted: 130,
} as const;

/** The codes that a command can end with, each with what it means there. */
export type Exits = Readonly<Record<number, string>>;

/** Every command: an `--output` file or a full disk can stop even one that reads nothing. */
const ANY = {
  [EXIT.done]: "done",
  [EXIT.bug]: "unexpected failure (a bug), never findings",
  [EXIT.usage]: "wrong usage",
  [EXIT.outputUnreachable]: "the result could not be written",
  [EXIT.noPermission]: "no permission",
};
const CONFIG = { ...ANY, [EXIT.configInvalid]: "the configuration is invalid" };
const STATE = {
  ...ANY,
  [EXIT.missingProgram]: "this Node.js is too old for the state",
  [EXIT.configInvalid]: "the configuration or the state cannot be used",
};
const CHANGE = {
  ...STATE,
  [EXIT.partial]: "the running agent, asked to do it, is stopping, busy or silent",
  [EXIT.interrupted]: "interrupted (143 by SIGTERM)",
};
const CYCLES = {
  ...CHANGE,
  [EXIT.done]: "done; nothing at or above --fail-on",
  [EXIT.partial]: "done, but partial, failed or degraded",
  [EXIT.outputUnreachable]: "done, but an output could not be reached or refused events; they are kept",
  [EXIT.findings]: "findings at or above --fail-on (only with that flag)",
  [EXIT.missingProgram]: "a needed program is missing",
  [EXIT.interrupted]: "interrupted (143 by SIGTERM); nothing was learned",
};

const LOOK = {
  ...CHANGE,
  [EXIT.partial]: "the look proves nothing, or the running agent is stopping, busy or silent",
  [EXIT.missingProgram]: "a needed program is missing",
};

/** What commands of a sort have in common; one that differs spreads its sort and adds or rewords codes. */
export const EXITS = {
  /** Reads neither configuration nor state. */
  any: ANY,
  /** Reads the configuration. */
  config: CONFIG,
  /** Reads the state. */
  state: STATE,
  /** Changes the state. */
  change: CHANGE,
  /** Scans for one answer. */
  look: LOOK,
  /** Runs cycles and shows what came of them. */
  cycles: CYCLES,
} as const satisfies Readonly<Record<string, Exits>>;

/** What a command found out about itself; one exit code must be chosen from it. */
export interface Outcomes {
  readonly partial: boolean;
  /** An output did not take everything: it could not be reached, or refused events for good. */
  readonly undelivered: boolean;
  readonly findings: boolean;
  /** 3 and 4 win over 10: a pipeline must not read an incomplete scan as a verdict. */
  readonly strict: boolean;
}

export function exitCodeOf(outcomes: Outcomes): number {
  const { partial, undelivered, findings, strict } = outcomes;
  if (findings && !(strict && (partial || undelivered))) return EXIT.findings;
  if (partial) return EXIT.partial;
  return undelivered ? EXIT.outputUnreachable : EXIT.done;
}
