import { type Anomaly, bandOf, type Mute } from "../../../domain/anomaly.ts";
import type { HostBaseline } from "../../../domain/baseline.ts";
import { CATALOGUE } from "../../../domain/kinds/catalogue.ts";
import { HOUR_CLASSES, type HourClass } from "../../../domain/rhythm.ts";
import { FOREIGN, HARM } from "../../../domain/unplanned.ts";
import { clip, minuteText, placeText } from "../../../domain/words.ts";

/** Something that changes, or would have changed, what becomes of an anomaly. */
export interface WhatIf {
  readonly by: "threshold" | "declared" | "announced" | "accepted" | "muted" | "rhythm" | "peers";
  /** True: it is so. False: it would have made a difference, or cannot. */
  readonly holds: boolean;
  readonly text: string;
}

export interface WhatIfInput {
  readonly alertAt: number;
  /** The mute that holds it now. */
  readonly mute: Mute | null;
  readonly host: HostBaseline | null;
}

/** Everything that has a say in the verdict, the points first. */
export function whatIf(anomaly: Anomaly, input: WhatIfInput): readonly WhatIf[] {
  const all = [
    thresholds(anomaly, input),
    peers(anomaly, input),
    declared(anomaly),
    announced(anomaly),
    accepted(anomaly),
    muted(input),
    rhythm(anomaly, input),
  ];
  return all.filter((one) => one !== null);
}

function thresholds({ score, informational }: Anomaly, { alertAt }: WhatIfInput): WhatIf {
  const { value, parts } = score;
  const holds = value >= alertAt;
  const away = points(holds ? value - alertAt + 1 : alertAt - value);
  const next = holds ? `${away} fewer and it would not alert` : `${away} more and it would alert`;
  const carrying = holds ? parts.filter((part) => part.points > 0 && value - part.points < alertAt) : [];
  const carried = carrying.length === 0 ? "" : `, nor would it without ${eitherOf(carrying.map((part) => part.name))}`;
  const never = informational ? "; as information it never alerts" : "";
  return { by: "threshold", holds, text: `${next}${carried}${nextBand(value)}${never}` };
}

function nextBand(value: number): string {
  const higher = Array.from({ length: Math.max(0, 100 - value) }, (_, i) => value + i + 1);
  const next = higher.find((score) => bandOf(score) !== bandOf(value));
  return next === undefined ? "" : `; ${points(next - value)} more and it would be ${bandOf(next)}`;
}

function points(n: number): string {
  return `${n} point${n === 1 ? "" : "s"}`;
}

function eitherOf(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}

/** What others show too is not rare: the points of rarity are the most that this could take away. */
function peers({ score, kind, group }: Anomaly, { alertAt }: WhatIfInput): WhatIf | null {
  const rarity = score.parts.find((part) => part.name === "rarity")?.points ?? 0;
  if (rarity <= 0 || CATALOGUE[group?.kind ?? kind].counts === null) return null;
  const left = Math.max(0, score.value - rarity);
  const alert = left >= alertAt ? "still an alert" : "no alert";
  const text = `if its peers often showed the same, rarity could fall from ${rarity} points to 0 and the score to ${left}: ${alert}`;
  return { by: "peers", holds: false, text };
}

function declared({ kind, group, declared: view }: Anomaly): WhatIf {
  const { declaration } = CATALOGUE[group?.kind ?? kind];
  if (view !== null)
    return { by: "declared", holds: true, text: `declarations say ${view.verdict} (${placeText(view.source)})` };
  if (declaration === "source")
    return { by: "declared", holds: false, text: "a declaration that agrees with what is there would end it" };
  if (declaration === "wins")
    return {
      by: "declared",
      holds: false,
      text: "no declaration covers it; a declaration that expects it would explain it",
    };
  return { by: "declared", holds: false, text: "a declaration would not change it" };
}

function announced({ kind, group, excuse, reasons }: Anomaly): WhatIf {
  if (excuse?.kind === "change")
    return {
      by: "announced",
      holds: true,
      text: `announced with ${clip(excuse.ticket)} by ${clip(excuse.by)} until ${minuteText(excuse.until)}`,
    };
  if (excuse?.kind === "maintenance")
    return {
      by: "announced",
      holds: true,
      text: `maintenance (${clip(excuse.window)}) until ${minuteText(excuse.until)}`,
    };
  const text = {
    learned:
      "nobody announced it; a change announced for this place would have explained it, and it would be normal now",
    lowered: "nobody announced it; a change announced for this place would have kept it quiet until its end",
    never: "an announced change never explains this",
  }[reasons.some(isUnplanned) ? "never" : (CATALOGUE[group?.kind ?? kind].planned ?? "never")];
  return { by: "announced", holds: false, text };
}

function isUnplanned(code: Anomaly["reasons"][number]): boolean {
  return HARM.has(code) || FOREIGN.has(code);
}

function accepted({ state, closed }: Anomaly): WhatIf {
  if (state === "accepted")
    return { by: "accepted", holds: true, text: `accepted by ${clip(closed?.by ?? "an operator")}` };
  return { by: "accepted", holds: false, text: "nobody accepted it; an accept makes it normal" };
}

function muted({ mute }: WhatIfInput): WhatIf {
  if (mute === null)
    return { by: "muted", holds: false, text: "no mute matches it; one would stop its alerts until a date" };
  return { by: "muted", holds: true, text: `muted by ${clip(mute.by)} until ${minuteText(mute.until)}` };
}

const HOURS: Readonly<Record<HourClass, string>> = {
  "working-day": "on working days",
  night: "at night",
  weekend: "on weekends",
};

/** Only what is missed depends on when it is expected. */
function rhythm({ kind, group }: Anomaly, { host }: WhatIfInput): WhatIf | null {
  if (CATALOGUE[group?.kind ?? kind].gone.when !== "host-answers") return null;
  const shares = HOUR_CLASSES.flatMap((hours) => {
    const share = host?.rhythm?.[hours];
    return share === undefined ? [] : [`${Math.round(share.up)} of ${Math.round(share.asked)} looks ${HOURS[hours]}`];
  });
  const known = shares.length === 0 ? "its rhythm is not known" : `it answered ${shares.join(", ")}`;
  return { by: "rhythm", holds: false, text: `${known}; in hours in which it is usually off it would not be missed` };
}
