/** One thing that was demanded and what was seen. */
export interface Line {
  readonly what: string;
  /** Null: there is only something to see. */
  readonly expected: string | null;
  readonly seen: string;
  readonly met: boolean;
}

export interface Section {
  readonly title: string;
  readonly about: string;
  readonly lines: readonly Line[];
}

export function equal(what: string, expected: number | string, seen: number | string): Line {
  return { what, expected: String(expected), seen: String(seen), met: expected === seen };
}

/** Something, but it does not matter how much. */
export function some(what: string, seen: number): Line {
  return { what, expected: "> 0", seen: String(seen), met: seen > 0 };
}

export function told(what: string, seen: string): Line {
  return { what, expected: null, seen, met: true };
}

export function missed(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ title, lines }) => lines.filter(({ met }) => !met).map(({ what }) => `${title}: ${what}`));
}

export function markdown({ title, about, lines }: Section): string {
  const rows = lines.map(({ what, expected, seen, met }) => {
    const shown = met ? seen : `**${seen}**`;
    return `| ${[what, expected ?? "", shown].map(cell).join(" | ")} |`;
  });
  return [`## ${title}`, "", about, "", "| | expected | seen |", "|---|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
