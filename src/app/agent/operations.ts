import { z } from "zod";
import { err, ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import type { LiveScanner } from "../live.ts";
import { INVESTIGATE, investigate, INVESTIGATED, type Investigated } from "../operations/investigate.ts";
import { askedOperation, type Desk } from "../operations/operation.ts";
import { commitChange } from "../operations/operator-commit.ts";
import { PROFILE } from "../operations/scan-now.ts";
import { type AskedScan, endOf, SCAN_ENDED } from "./asked-scan.ts";
import { userName } from "./user-name.ts";

/** A started scan, or one that follows the scan that runs now. */
const SCAN_ASKED = z.object({
  state: z.enum(["started", "next"]),
  profile: PROFILE,
  /** Only for those who wait for it. */
  ended: SCAN_ENDED.optional(),
});

const RELOADED = z.object({
  inEffect: z.boolean(),
  /** Why the previous configuration stays in effect, a line each. */
  problems: z.array(z.string()).readonly(),
  /** Keys that were changed and take effect after a restart. */
  afterRestart: z.array(z.string()).readonly(),
});

export type ScanAsked = Readonly<z.infer<typeof SCAN_ASKED>>;
export type Reloaded = Readonly<z.infer<typeof RELOADED>>;

export interface ScanComing extends Pick<ScanAsked, "state" | "profile"> {
  readonly end: AskedScan;
}

/** The running agent, as its operations see it. */
export interface AgentDesk extends Desk {
  /** Null: it ends by itself after its one cycle, or is stopping. */
  readonly scanSoon: (profile: ScanAsked["profile"]) => ScanComing | null;
  readonly reload: (desk: Desk) => Promise<Reloaded | null>;
  /** Does something with nmap while no cycle runs. Null: the agent is stopping. */
  readonly alone: <T>(work: (live: LiveScanner) => Promise<T>) => Promise<T | null>;
}

const ENDS: OperationFailure = {
  code: "TL440",
  exit: 3,
  what: "the agent is stopping, or stops after its one cycle (run --once)",
  effect: "Nothing was changed.",
  fix: "Repeat the command when the agent has stopped or has been restarted.",
};

/** What only a running agent can do. */
export const AGENT_OPERATIONS = {
  scan: askedOperation({
    name: "scan",
    input: z.strictObject({ profile: PROFILE, wait: z.boolean().optional() }),
    output: SCAN_ASKED,
    run: async (desk: AgentDesk, { profile, wait = false }): Promise<Result<ScanAsked, OperationFailure>> => {
      const asked = desk.scanSoon(profile);
      if (asked === null) return err(ENDS);
      const by = desk.asker === undefined ? "agent" : userName(desk.asker.uid);
      await commitChange(desk, { by, reason: "tripline scan" }, { kind: "scan-requested", object: profile });
      const { state, end } = asked;
      if (!wait) return ok({ state, profile });
      const ended = await endOf(desk, end);
      return ended.ok ? ok({ state, profile, ended: ended.value }) : ended;
    },
  }),
  reload: askedOperation({
    name: "reload",
    input: z.strictObject({}),
    output: RELOADED,
    run: async (desk: AgentDesk): Promise<Result<Reloaded, OperationFailure>> => {
      const reloaded = await desk.reload(desk);
      return reloaded === null ? err(ENDS) : ok(reloaded);
    },
  }),
  investigate: askedOperation({
    name: "investigate",
    input: INVESTIGATE,
    output: INVESTIGATED,
    run: async (desk: AgentDesk, input, during): Promise<Result<Investigated, OperationFailure>> =>
      (await desk.alone((live) => investigate(desk, input, { ...during, live }))) ?? err(ENDS),
  }),
};
