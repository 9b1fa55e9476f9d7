import type { SetupRefusal, SetupStep } from "../../domain/ports/setup.ts";
import type { OperationFailure } from "../failure.ts";

interface Attempt {
  /** Of the place. */
  readonly name: string;
  readonly ofOutputs: boolean;
  readonly steps: readonly SetupStep[];
}

const CODES: Readonly<Record<SetupRefusal["reason"], readonly [code: string, exit: number, fix: string]>> = {
  unreachable: ["TL151", 4, "Check the address, the credentials and their rights."],
  refused: ["TL151", 4, "Check the address, the credentials and their rights."],
  product: ["TL490", 4, "Correct the address in the configuration."],
  version: ["TL490", 4, "Upgrade the server."],
  rights: ["TL491", 77, "Run this with an operator's credentials; those of the agent have fewer rights."],
};

/** Why one place was not set up, and how far it came. */
export function setUpFailure(
  { name, ofOutputs, steps }: Attempt,
  { reason, text, fix }: SetupRefusal,
): OperationFailure {
  const [code, exit, usual] = CODES[reason];
  return {
    code,
    exit,
    what: `${ofOutputs ? `output ${name}` : name} could not be set up: ${text}`,
    effect: effectOf(steps),
    fix: fix ?? usual,
  };
}

function effectOf(steps: readonly SetupStep[]): string {
  const left = steps.filter(({ state }) => state === "failed" || state === "not done").length;
  const again = "running it again continues from there.";
  if (left === 0) return `What was done before stays; ${again}`;
  return `${left} of ${steps.length} were not done, the others stay as shown; ${again}`;
}
