import type { SinkDefinition } from "../../deliver/definition.ts";
import { outputsOf } from "../../deliver/outputs.ts";
import { KIBANA } from "./kibana.ts";
import { RULES } from "./rules.ts";
import type { SetupTarget } from "./target.ts";

/** What can be set up and is no output; each is a row. */
const OTHERS: readonly SetupTarget[] = [KIBANA, RULES];

/** Every word after `tripline setup`: the kinds of outputs that prepare something, and the others. */
export function setupTargets(kinds: readonly SinkDefinition[]): readonly SetupTarget[] {
  return [...kinds.flatMap((kind) => outputTarget(kind, kinds)), ...OTHERS];
}

function outputTarget({ kind, setup }: SinkDefinition, sinks: readonly SinkDefinition[]): readonly SetupTarget[] {
  if (setup === null) return [];
  const { about, examples, choices, bare } = setup;
  const places: SetupTarget["places"] = ({ loaded, clock }) =>
    outputsOf(loaded, { sinks, clock })
      .filter(({ settings }) => settings.kind === kind)
      .map(({ name, settings, context }) => ({ name, work: setup.work(settings, context) }));
  return [{ name: kind, about, examples, choices, bare, ofOutputs: true, places }];
}
