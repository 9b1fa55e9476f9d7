import type { HostBaseline } from "../../domain/baseline.ts";
import { HOUR_CLASSES, type Rhythm } from "../../domain/rhythm.ts";

/** `12,12 40,3 -`: asked and answered in each class of hours, in their order; `-` for a class that was never met. */
export function packRhythm(rhythm: HostBaseline["rhythm"]): string | null {
  if (rhythm === undefined) return null;
  return HOUR_CLASSES.map((hours) => {
    const share = rhythm[hours];
    return share === undefined ? "-" : `${share.asked},${share.up}`;
  }).join(" ");
}

/** The inverse of {@link packRhythm}. Throws when the text is anything else. */
export function unpackRhythm(text: string | null): Pick<HostBaseline, "rhythm"> {
  if (text === null) return {};
  const cells = text.split(" ");
  const rhythm = HOUR_CLASSES.reduce<Rhythm>((all, hours, i) => {
    const cell = cells[i] ?? "";
    if (cell === "-") return all;
    const [asked, up] = /^(\d{1,6}),(\d{1,6})$/.exec(cell)?.slice(1).map(Number) ?? [];
    if (asked === undefined || up === undefined) throw new TypeError(`${text.slice(0, 40)} is not a rhythm`);
    return { ...all, [hours]: { asked, up } };
  }, {});
  return { rhythm };
}
