/** Why an operation did not start or finish: what happened, its effect, the fix; and the exit code. */
export interface OperationFailure {
  readonly code: string;
  readonly exit: number;
  readonly what: string;
  readonly effect: string;
  readonly fix: string;
}

export function failureText(failure: OperationFailure): string {
  return `tripline: ${failure.what} (${failure.code})\n  effect  ${failure.effect}\n  fix     ${failure.fix}`;
}
