import type { SetupReport, SetupStep, SetupWork } from "../../../domain/ports/setup.ts";
import { err, ok } from "../../../lib/result.ts";
import type { SinkSetup } from "../../definition.ts";
import type { KafkaOptions } from "./options.ts";
import { targetOf } from "./security.ts";
import { plannedTopics, setupKafka, type TopicPlan } from "./setup.ts";
import type { TopicState } from "./topics.ts";

/** `tripline setup kafka`: the topics of one output. */
export const setup: SinkSetup<KafkaOptions> = {
  about: "create the topics that are missing",
  examples: ["tripline setup kafka --dry-run", "tripline setup kafka --sink kafka"],
  choices: [],
  bare: null,
  work: (written, context): SetupWork => ({
    kind: "own",
    run: async ({ task, dryRun }) => {
      if (task === "remove") return err({ reason: "refused", text: KEPT, fix: BY_HAND });
      const plan = await setupKafka({ ...targetOf(written, context), prefix: written.topic_prefix, dryRun });
      return plan.ok ? ok(reportOf(plan.value)) : err({ reason: "unreachable", text: plan.error, fix: null });
    },
    files: () => new Map([["create-topics.sh", commands(plannedTopics(written.topic_prefix))]]),
  }),
};

const KEPT = "topics contain events, so they are never removed";
const BY_HAND = "Remove them with kafka-topics.sh --delete if nobody reads them any more.";

function reportOf(plan: readonly TopicPlan[]): SetupReport {
  return { steps: plan.map(stepOf), notes: [], troubles: [], refusal: null };
}

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
    difference: [],
    data: { ...plan },
  };
}

/** For the administrator of a cluster that others may not change; the number of replicas is for them to choose. */
function commands(plan: readonly Omit<TopicPlan, "state">[]): string {
  const lines = plan.map(({ topic, partitions, config }) => {
    const settings = Object.entries(config).map(([name, value]) => ` --config ${name}=${value}`);
    return `kafka-topics.sh "$@" --create --if-not-exists --topic ${topic} --partitions ${partitions}${settings.join("")}`;
  });
  const use =
    "# sh create-topics.sh --bootstrap-server HOST:9092 --replication-factor 3 --config min.insync.replicas=2";
  return ["#!/bin/sh", use, "set -e", ...lines, ""].join("\n");
}
