import { sha256Hex } from "../../lib/hash.ts";
import type { CycleView } from "../../domain/cycle.ts";
import type { Deviation } from "../../domain/deviation.ts";
import type { Facts } from "../../domain/facts.ts";
import { aboutField, type ComparedPort, comparedPorts, portChange } from "../compare/compared-ports.ts";
import { deviation } from "../detector.ts";
import type { Detector } from "../detector.ts";
import type { FieldChange } from "../compare/field-change.ts";
import { sameSoftware } from "./service-changed.ts";

/** For the sentence only; the whole banner is in the facts. */
const SHORT = 80;

/**
 * What the server says first, or what else it says of itself, is different although name, product and version are the
 * same.
 */
export const bannerChanged: Detector = { id: "banner-changed", version: "1.1.0", detect };

function detect(view: CycleView): readonly Deviation[] {
  return comparedPorts(view).flatMap((compared) => {
    if (!sameSoftware(view, compared)) return [];
    const banner = portChange(view, compared, "banner");
    if (banner !== null) return [judge(view, compared, { change: banner, facts: bannerFacts })];
    const extra = portChange(view, compared, "extra_info");
    return extra === null ? [] : [judge(view, compared, { change: extra, facts: (text) => ({ extra_info: text }) })];
  });
}

function judge(
  view: CycleView,
  compared: ComparedPort,
  { change, facts }: { readonly change: FieldChange; readonly facts: (text: string) => Facts },
): Deviation {
  return deviation(bannerChanged, {
    ...aboutField(view, compared, change),
    target: sha256Hex(change.to),
    from: short(change.from),
    to: short(change.to),
    before: facts(change.from),
    after: facts(change.to),
  });
}

function bannerFacts(banner: string): Facts {
  return { banner, banner_sha256: sha256Hex(banner) };
}

function short(banner: string): string {
  return banner.length > SHORT ? `${banner.slice(0, SHORT).toWellFormed()}…` : banner;
}
