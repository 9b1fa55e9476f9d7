/** The flags of a recorded command line that decide what can be compared; everything else is ignored. */
export interface ComparableArgs {
  /** Version intensity 0–9; null when version detection was not asked for. */
  readonly intensity: number | null;
  readonly defaultIntensity: number;
  /** `-O` with the options that change its result; null when not asked for. */
  readonly os: string | null;
  /** Script ids named one by one; categories and wildcards name no script. */
  readonly scripts: readonly string[];
}

/** nmap's default, and the values of `--version-light` and `--version-all`. */
const INTENSITY = { default: 7, light: 2, all: 9 } as const;
const CATEGORIES = new Set(
  "all auth broadcast brute default discovery dos exploit external fuzzer intrusive malware safe version vuln".split(
    " ",
  ),
);

export function readArgs(args: string): ComparableArgs {
  const words = args.split(/\s+/).filter((word) => word !== "");
  const everything = words.includes("-A");
  const versions = everything || words.includes("-sV");
  return {
    intensity: versions ? intensityOf(words) : null,
    defaultIntensity: INTENSITY.default,
    os: everything || words.includes("-O") ? osOptions(words) : null,
    scripts: words.flatMap((word, i) => scriptIds(word, words[i + 1])),
  };
}

/** `--open`: hosts without an open port are counted, but not listed. */
export function listsOpenOnly(args: string): boolean {
  return args.split(/\s+/).includes("--open");
}

function intensityOf(words: readonly string[]): number {
  if (words.includes("--version-light")) return INTENSITY.light;
  if (words.includes("--version-all")) return INTENSITY.all;
  const given = valueOf(words, "--version-intensity");
  return given !== null && /^\d$/.test(given) ? Number(given) : INTENSITY.default;
}

function osOptions(words: readonly string[]): string {
  const guess = words.includes("--osscan-guess") || words.includes("--fuzzy");
  const tries = valueOf(words, "--max-os-tries");
  return ["-O", guess ? "guess" : "", tries !== null && /^\d{1,2}$/.test(tries) ? `tries=${tries}` : ""]
    .filter(Boolean)
    .join(" ");
}

function scriptIds(word: string, next: string | undefined): readonly string[] {
  const list = word === "--script" ? next : word.startsWith("--script=") ? word.slice("--script=".length) : undefined;
  // Scripts given by path are known by their file name.
  const ids = (list ?? "").split(",").map((name) => name.replace(/^.*\//, "").replace(/\.nse$/, ""));
  return ids.filter((id) => /^[A-Za-z0-9][\w-]{0,127}$/.test(id) && !CATEGORIES.has(id));
}

/** The value of `--flag value` or `--flag=value`. */
function valueOf(words: readonly string[], flag: string): string | null {
  const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = words[at];
  if (word === undefined) return null;
  return word === flag ? (words[at + 1] ?? null) : word.slice(flag.length + 1);
}
