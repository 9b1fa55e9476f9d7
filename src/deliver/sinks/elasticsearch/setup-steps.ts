import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { packagePath } from "../../../config/package-root.ts";
import { ok } from "../../../lib/result.ts";
import type { SetupStep, SinkSetup } from "../../definition.ts";
import { type ElasticsearchOptions, settingsOf } from "./options.ts";
import { type Asset, type AssetPlan, chooseProfile, type AssetProfile, setupElasticsearch } from "./setup.ts";

const PROFILES: readonly AssetProfile[] = ["standard", "core"];

/** `tripline setup elasticsearch`: what the server needs to know about our data streams. */
export const setup: SinkSetup<ElasticsearchOptions> = {
  about: "install component templates, pipeline and index templates",
  examples: ["tripline setup elasticsearch --dry-run --json", "tripline setup elasticsearch --profile core"],
  choices: [{ name: "profile", about: "which assets", values: ["auto", ...PROFILES], default: "auto" }],
  run: async (written, context, { dryRun, chosen }) => {
    const settings = settingsOf(written, context);
    const named = PROFILES.find((profile) => profile === chosen.get("profile"));
    const profile = named === undefined ? await chooseProfile(settings) : ok(named);
    if (!profile.ok) return profile;
    const plan = await setupElasticsearch({ settings, assets: readAssets(profile.value), dryRun });
    return plan.ok ? ok(plan.value.map(stepOf)) : plan;
  },
};

const KINDS = ["component", "pipeline", "index"] as const;

/** The files of a profile, as `npm run assets` made them. */
function readAssets(profile: AssetProfile): readonly Asset[] {
  return KINDS.flatMap((kind) => {
    const files = packagePath("config", "elasticsearch", profile, kind);
    return namesIn(files).map((file): Asset => {
      const body = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(join(files, file), "utf8")));
      return { kind, name: basename(file, ".json"), body };
    });
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith(".json"));
  } catch {
    return [];
  }
}

function stepOf(plan: AssetPlan): SetupStep {
  const { kind, name, state } = plan;
  const foreign = `${kind} ${name} exists and does not belong to Tripline, so it was left alone. Rename or remove it, then run this again.`;
  return { what: [kind, name], state, trouble: state === "foreign" ? foreign : null, data: { ...plan } };
}
