import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { copyOfProgram, edit, eventsOf, recording, run, tripline } from "./copy.ts";
import { GOALS } from "./goals.ts";

const ROW = `  "title-changed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "wins",
    family: "software",
    rank: 160,
    coveredBy: ["service-changed"],
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["http_title"] },
    absorbed: null,
    accept: { makes: "port-fields", fields: ["http_title"] },
    rollout: { byValue: true, names: "subject" },
    informational: false,
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "Title of a web page changed",
      group: "service",
      attack: [],
      attackByService: false,
    },
    score: { rarity: { rate: 0.01, maxBits: null, share: null }, exposure: null, atMost: 40, why: "pages are edited" },
    known: knownChanges,
    message: {
      opened: (a) => \`The page on \${endpointText(a)} of \${hostText(a)} has another title\`,
      what: (a) => \`Another title on \${endpointText(a)} of \${hostText(a)}\`,
      over: (a) => \`The page on \${endpointText(a)} of \${hostText(a)} has its known title\`,
    },
    runbook: { mayBe: ["an edited page"], check: [WHO] },
    page: {
      about: ["The same server shows a page with another title."],
      ordinary: ["- **An edit**: somebody works on the page."],
      next: ["**Fine**: accept it."],
      found: ["The titles of two scans are compared."],
      fields: ["\`server.port\`: the endpoint."],
    },
  },
} as const satisfies`;

const DETECTOR = `import { portFieldDetector } from "../compare/field-detector.ts";

/** Another title of the page on a port. */
export const titleChanged = portFieldDetector({ id: "title-changed", version: "1.0.0", field: "http_title", reasons: [] });
`;

/** A copy of the program with a new kind, as a person would write it; the files that person touched. */
function copyWithKind(): { readonly copy: string; readonly touched: readonly string[] } {
  const copy = copyOfProgram();
  const files = {
    row: "src/domain/kinds/software.ts",
    detector: "src/detect/detectors/title-changed.ts",
    list: "src/detect/registry.ts",
    test: "test/detect/detectors/fields.test.ts",
  };
  edit(copy, files.row, "} as const satisfies", ROW);
  writeFileSync(path.join(copy, files.detector), DETECTOR);
  edit(copy, files.list, "import", 'import { titleChanged } from "./detectors/title-changed.ts";\nimport');
  edit(copy, files.list, "  hostkeyChanged,\n]", "  hostkeyChanged,\n  titleChanged,\n]");
  return { copy, touched: Object.values(files) };
}

test("a row, a detector and its line in the list: the kind is scored, told, explained, accepted and in every document", async () => {
  const { copy, touched } = copyWithKind();
  expect(touched.length).toBeLessThanOrEqual(GOALS.get("detector") ?? 0);
  run(copy, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--noEmit"]);
  run(copy, ["scripts/generate-assets.ts"]);
  expect(readFileSync(path.join(copy, "rules/scoring/default.yaml"), "utf8")).toContain(
    "  title-changed: { rate: 0.01, at_most: 40 } # pages are edited\n",
  );
  expect(run(copy, ["src/main.ts", "doctor", "--explain", "title-changed"])).toContain("with another title");

  const titled = (title: string, n: number) =>
    recording({ port: 80, scripts: [{ id: "http-title", output: title, value: { title } }] }, n);
  const [first = "", ...later] = ["Shop", "Shop", "Login"].map(titled);
  const scanned = tripline(copy, ["scan", "--from-xml", first, ...later, "--learn-scans", "1"]);
  expect(scanned).toMatchObject({ anomalies: [{ kind: "title-changed", port: { number: 80 }, state: "open" }] });
  const [event] = await eventsOf(copy, "title-changed");
  expect(event.message).toBe("The page on 80/tcp of 10.0.0.1 has another title.");
  expect(event.rule).toMatchObject({
    name: "Title of a web page changed",
    reference: "docs/anomalies/title-changed.md",
  });

  run(copy, [
    "src/main.ts",
    "--state",
    "state",
    "baseline",
    "accept",
    event.tripline.anomaly.id.slice(0, 8),
    "--reason",
    "edited",
    "--by",
    "me",
  ]);
  tripline(copy, ["scan", "--from-xml", titled("Login", 3), "--learn-scans", "1"]);
  expect(await eventsOf(copy, "title-changed")).toHaveLength(2);
});

test("without a cell of its row the program does not compile", () => {
  const { copy } = copyWithKind();
  edit(copy, "src/domain/kinds/software.ts", "    rank: 160,\n", "");
  expect(() => run(copy, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--noEmit"])).toThrow(
    expect.objectContaining({
      stdout: expect.stringMatching(/software\.ts\(\d+,\d+\): error TS\d+: Property 'rank' is missing/),
    }),
  );
});
