import type { z } from "zod";
import { ok } from "../../../lib/result.ts";
import type { SetupStep, SinkSetup } from "../../definition.ts";
import type { options } from "./options.ts";
import { setupKafka, type TopicPlan } from "./setup.ts";
import type { TopicState } from "./topics.ts";

/** `tripline setup kafka`: the topics of one output. */
export const setup: SinkSetup<z.output<typeof options>> = {
  about: "create the topics that are missing",
  examples: ["tripline setup kafka --dry-run", "tripline setup kafka --sink kafka"],
  choices: [],
  run: async ({ brokers, topic_prefix: prefix }, _, { dryRun }) => {
    const plan = await setupKafka({ brokers, prefix, dryRun });
    return plan.ok ? ok(plan.value.map(stepOf)) : plan;
  },
};

const TROUBLE: Readonly<Record<TopicState, string | null>> = {
  exists: null,
  missing: null,
  "no-leader":
    "has partitions without a leader: events for them wait in the outbox. Start the brokers that keep these partitions.",
  "no-rights": "cannot be described by this user, so it was left alone. Use an operator's credentials.",
};

function stepOf(plan: TopicPlan): SetupStep {
  const { topic, partitions, state } = plan;
  const trouble = TROUBLE[state];
  return {
    what: [topic, `${partitions} partitions`],
    state: state === "missing" ? "create" : state,
    trouble: trouble === null ? null : `${topic} ${trouble}`,
    data: { ...plan },
  };
}
