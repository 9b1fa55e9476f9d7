import { z } from "zod";
import type { DeclarationReader, ReaderInput } from "../model/reader.ts";
import type { SourceSetting } from "./source-settings.ts";
import { wrongFormat } from "./wrong-format.ts";

/** Who reads a file and with what options, or why nobody does. */
export type Choice =
  | { readonly reader: DeclarationReader; readonly options: ReaderInput["options"] }
  | { readonly reader: null; readonly why: string };

type Given = Pick<ReaderInput, "file" | "text">;

export function chooseReader(setting: SourceSetting, given: Given, readers: readonly DeclarationReader[]): Choice {
  if (setting.reader !== null) return { reader: setting.reader, options: setting.options };
  const reader = readers.find((one) => knows(one, given));
  if (reader === undefined) return { reader: null, why: unknownFormat(given, readers) };
  const options = z.strictObject(reader.entry).safeParse({ [reader.key]: given.file });
  if (options.success) return { reader, options: options.data };
  return { reader: null, why: `needs options: name it in the configuration, as "- ${reader.key}:" under declared` };
}

/** A reader that fails at the first look is not a reader of this file. */
function knows(reader: DeclarationReader, given: Given): boolean {
  try {
    return reader.recognises(given);
  } catch {
    return false;
  }
}

function unknownFormat({ text }: Given, readers: readonly DeclarationReader[]): string {
  const known = readers.map(({ reads }) => reads).join(", ");
  return (
    wrongFormat(text) ??
    `unknown format; known: ${known}. If it is one of these, name it under declared in the configuration`
  );
}

/** A named reader refused it: whose file it is instead, if that is known. */
export function betterReader(
  refused: DeclarationReader,
  given: Given,
  readers: readonly DeclarationReader[],
): DeclarationReader | null {
  if (knows(refused, given)) return null;
  return readers.find((other) => other !== refused && knows(other, given)) ?? null;
}
