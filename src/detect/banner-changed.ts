import { sha256Hex } from "../lib/hash.ts";
import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import type { Facts } from "../domain/facts.ts";
import { aboutField, comparedPorts, portChange } from "./compared-ports.ts";
import { deviation } from "./detector.ts";
import type { Detector } from "./detector.ts";
import { sameSoftware } from "./service-changed.ts";

/** For the sentence only; the whole banner is in the facts. */
const SHORT = 80;

/** What the server says first is different although name, product and version are the same. */
export const bannerChanged: Detector = { id: "banner-changed", version: "1.0.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return comparedPorts(view).flatMap((compared) => {
    const change = portChange(view, compared, "banner");
    if (change === null || !sameSoftware(view, compared)) return [];
    const found = {
      ...aboutField(view, compared, change),
      target: sha256Hex(change.to),
      from: short(change.from),
      to: short(change.to),
      before: facts(change.from),
      after: facts(change.to),
    };
    return [deviation(bannerChanged, found)];
  });
}

function facts(banner: string): Facts {
  return { banner, banner_sha256: sha256Hex(banner) };
}

function short(banner: string): string {
  return banner.length > SHORT ? `${banner.slice(0, SHORT).toWellFormed()}…` : banner;
}
