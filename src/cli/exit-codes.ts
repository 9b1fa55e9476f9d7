/** One table for every command; printed by each --help and tested per command. 1 is never a finding. */
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

const EXIT_CODES_HELP = `
Exit codes:
  0    done; nothing at or above --fail-on
  1    unexpected failure (a bug), never findings
  2    wrong usage
  3    done, but partial, failed or degraded
  4    done, an output could not be reached or refused events; they are kept
  10   findings at or above --fail-on (only with that flag)
  69   a needed program is missing    77  no permission    78  configuration or state invalid
  130  interrupted (143 by SIGTERM); nothing learned
  New codes may be added: treat an unknown one as failure.`;

/** The end of every `--help`: two examples at least, then the exit codes. */
export function helpEnd(...examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  ${example}\n`).join("")}${EXIT_CODES_HELP}`;
}

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
