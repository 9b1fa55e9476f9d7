import { type Command, InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../config/suggest.ts";
import type { Clock } from "../domain/ports/clock.ts";
import { parseDuration, parseMoment } from "../lib/time.ts";

/** An option that takes one of a few words; a slip gets the word that was meant. */
export function oneOf(flags: string, about: string, words: readonly string[]): Option {
  return new Option(flags, about).choices(words).argParser((text: string) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`It takes ${listed(words)}${suggestion(text, words) || "."}`);
  });
}

/** A list such as `critical,high` of words that are known; commander prints the sentence and ends with 2. */
export function wordsOf<W extends string>(words: readonly W[]): (text: string) => readonly W[] {
  return (text) =>
    text.split(",").map((one) => {
      const word = one.trim();
      const found = words.find((known) => known === word.toLowerCase());
      if (found !== undefined) return found;
      throw new InvalidArgumentError(
        `It does not know "${word}"${suggestion(word, words) || `; known: ${words.join(", ")}.`}`,
      );
    });
}

/** `; did you mean "json"?`, or nothing: to stand at the end of a sentence about a word that is not known. */
export function suggestion(text: string, words: readonly string[]): string {
  const near = didYouMean(text, words);
  return near === null ? "" : `; did you mean "${near}"?`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

/** Values of options that more than one command takes; commander prints the sentence and ends with 2. */
export function wholeNumber(text: string): number {
  const n = Number(text);
  if (!/^\d{1,9}$/.test(text) || n < 1) throw new InvalidArgumentError("It takes a whole number from 1, such as 5.");
  return n;
}

/** `24h` (before now) or `2027-03-01` → UTC ms. */
export function momentBefore(clock: Clock): (text: string) => number {
  return (text) => {
    const span = parseDuration(text);
    const at = span === null ? parseMoment(text) : clock.now() - span;
    if (at === null) throw new InvalidArgumentError("It takes a duration like 24h or a date like 2027-03-01.");
    return at;
  };
}

/**
 * `--output --json` makes commander take `--json` for the file: the sentence about the first such value, or null. No
 * value of ours begins with a hyphen, besides the one that means standard output, so it is a forgotten value, or an attempt to hand an option on to nmap.
 */
export function swallowedOption(command: Command): string | null {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    for (const option of at.options) {
      const given: unknown = at.getOptionValue(option.attributeName());
      const wrong = [given].flat().find((value): value is string => typeof value === "string" && /^-./.test(value));
      if (wrong !== undefined) return `option '${option.flags}' needs a value, got the option '${wrong}'`;
    }
  }
  return null;
}
