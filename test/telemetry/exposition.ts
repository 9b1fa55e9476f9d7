/** One value of the Prometheus text format 0.0.4. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;

/** Reads it strictly: HELP, then TYPE, then samples of that name, each line ended. Throws at anything else. */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family>();
  const lines = text.split("\n").slice(0, -1);
  for (let at = 0; at < lines.length; ) {
    const [name, help] = comment(lines[at++], "HELP");
    const [typed, type] = comment(lines[at++], "TYPE");
    if (typed !== name || families.has(name)) throw new Error(`${name} has not one HELP and one TYPE`);
    const samples: Sample[] = [];
    while (at < lines.length && !lines[at]?.startsWith("#")) samples.push(sampleOf(lines[at++] ?? "", name));
    families.set(name, { help, type, samples });
  }
  return families;
}

function comment(line: string | undefined, kind: string): readonly [string, string] {
  const [, name, rest] = new RegExp(`^# ${kind} (${NAME}) (.+)$`).exec(line ?? "") ?? [];
  if (name === undefined || rest === undefined) throw new Error(`no ${kind}: ${line}`);
  return [name, rest];
}

function sampleOf(line: string, family: string): Sample {
  const [, name, labels, value] = SAMPLE.exec(line) ?? [];
  if (name !== family) throw new Error(`no sample of ${family}: ${line}`);
  return { name, labels: labelsOf(labels ?? ""), value: Number(value) };
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, key, value] = LABEL.exec(text) ?? [];
    if (key === undefined || value === undefined || key in found) throw new Error(`no labels: ${text}`);
    found[key] = value.replaceAll(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one));
  }
  return found;
}
