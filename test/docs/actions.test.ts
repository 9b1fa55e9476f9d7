import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { anomalyPages } from "../../scripts/assets/anomaly-pages.ts";
import { ACTIONS, explainAction } from "../../src/app/operations/explain-action.ts";
import type { PublishedAction } from "../../src/domain/kinds/actions.ts";
import { FIELDS } from "../../src/events/fields.ts";
import { reference } from "../../src/events/pages.ts";
import { anchorsOf } from "../support/markdown.ts";
import { packedFiles } from "../support/packed-files.ts";

const SECTIONS = ["What it may be", "Check first", "Ordinary or not", "Then", "How it was found", "Fields"];
const actions = ACTIONS as readonly PublishedAction[];

/** Null when a reference leads to text that ships; else a sentence that says which file to write. */
function problemOf(page: string): string | null {
  const [file = "", anchor] = page.split("#");
  if (!existsSync(file)) return `there is no ${file}: write it (npm run assets makes those of anomalies)`;
  if (anchor !== undefined && !anchorsOf(file).has(anchor)) return `${file} has no section "## ${anchor}": write it`;
  return packedFiles().has(file) ? null : `${file} is not shipped: add it to "files" of package.json`;
}

describe("event.reference and rule.reference", () => {
  it("of every action lead to a page that exists and ships", () => {
    expect(actions.flatMap((action) => problemOf(reference(action, null)) ?? [])).toEqual([]);
    expect(actions.length).toBeGreaterThan(45);
  });

  it("are the path in the repository, below docs_base where one is configured", () => {
    expect(reference("port-opened", null)).toBe("docs/anomalies/port-opened.md");
    const base = "https://git.example.net/tripline/blob/main";
    expect(reference("scan-partial", base)).toBe(`${base}/docs/health.md#scan-partial`);
    expect(reference("mute-added", `${base}/`)).toBe(`${base}/docs/audit.md#mute-added`);
  });

  it("say which page to write where there is none", () => {
    expect(problemOf("docs/health.md#sensor-teleported")).toBe(
      'docs/health.md has no section "## sensor-teleported": write it',
    );
    expect(problemOf("docs/teleports.md")).toMatch(/^there is no docs\/teleports\.md: write it/);
  });
});

describe("the page of an action", () => {
  it.each([...anomalyPages().keys()].filter((file) => !file.endsWith("README.md")))("%s has every part", (file) => {
    const text = readFileSync(file, "utf8");
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(SECTIONS);
    expect(text.startsWith(`# ${file.replace(/^.*\/|\.md$/g, "")} · `)).toBe(true);
  });

  it.each(actions)("of %s is printed by doctor --explain, without marks of Markdown", (action) => {
    const text = explainAction(action) ?? "";
    expect(text.length).toBeGreaterThan(80);
    expect(text).not.toMatch(/\*\*|\]\(|<!--/);
    expect(text).toContain(action);
  });

  it("names only fields that events have", () => {
    const names = new Set(FIELDS.map((field) => field.name));
    const known = (name: string) => names.has(name) || [...names].some((field) => field.startsWith(`${name}.`));
    const files = [...anomalyPages().keys(), "docs/health.md", "docs/audit.md", "docs/observations.md"];
    const FIELD =
      /`((?:tripline|event|host|server|rule|service|related|observer|network|user|error)\.[a-z0-9_.]+[a-z0-9])/g;
    const named = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(FIELD)].map(([, name = ""]) => [file, name]),
    );
    expect(named.length).toBeGreaterThan(100);
    const families = /^tripline\.(anomaly|scan|observation|audit)$/;
    expect(named.filter(([, name = ""]) => !known(name) && !families.test(name))).toEqual([]);
  });
});
