import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { nmapXml } from "../support/nmap-xml.ts";
import { openState } from "../support/runtime.ts";
import { tempDir, tempDirOfMadeUpEvents } from "../support/temp-dir.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ARGS = "nmap -sS -sV --script redis-auth -oX scan.xml 10.0.0.0/24";
const START = 1_763_629_200;

const SCRIPT = `import { CAPS } from "../../domain/clean-text.ts";
import { type FieldKind, readOptional } from "../xml/text.ts";
import type { Script } from "./script.ts";
import { leaf } from "./table.ts";

const TEXT: FieldKind = { label: "redis_auth", maxBytes: CAPS.name };

export const redisAuth: Script<"redis-auth"> = {
  id: "redis-auth",
  run: null,
  read: (script, cuts) => ({ values: { redis_auth: readOptional(leaf(script, "auth_required"), TEXT, cuts) } }),
};
`;
const FIELD = `  redis_auth: {
    family: "script:redis-auth",
    read: fromScript("redis_auth"),
    equality: EXACT,
    evidence: null,
    facts: (required): Facts => ({ redis_auth: required }),
    text: asItIs,
    software: false,
    renews: false,
    reprobed: true,
    shown: ["service", "found"],
  },
} as const satisfies Readonly<Record<string, PortFieldRow>>;`;
const LEAF = `  redis_auth: { type: "keyword", bytes: null, side: "both", meaning: "Whether it asks for a password." },
} as const satisfies Readonly<Record<string, FactLeaf>>;`;

/** A copy of the program with an invented script and the field that it measures. */
function copyWithField(): string {
  // Its events have a leaf that the contract of this tree does not know.
  const copy = path.join(tempDirOfMadeUpEvents(), "copy");
  mkdirSync(copy);
  for (const part of ["src", "bin", "rules", "nse-scripts", "config", "package.json"]) {
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  }
  for (const part of ["node_modules", "tsconfig.json", "test", "docs"]) {
    symlinkSync(path.join(ROOT, part), path.join(copy, part));
  }
  writeFileSync(path.join(copy, "tripline.yaml"), "segment: recorded\ntargets: [10.0.0.0/24]\n");
  writeFileSync(path.join(copy, "src/scan/scripts/redis-auth.ts"), SCRIPT);
  edit(copy, "src/scan/scripts/registry.ts", "httpTitle];", "httpTitle, redisAuth];");
  edit(copy, "src/scan/scripts/registry.ts", "import", 'import { redisAuth } from "./redis-auth.ts";\nimport');
  edit(copy, "src/domain/fields/port.ts", "} as const satisfies Readonly<Record<string, PortFieldRow>>;", FIELD);
  edit(copy, "src/domain/facts.ts", "} as const satisfies Readonly<Record<string, FactLeaf>>;", LEAF);
  // A kind of its own is another recipe: here the detector of a kind that exists looks at the new field.
  edit(copy, "src/detect/detectors/hostkey-changed.ts", 'field: "ssh"', 'field: "redis_auth"');
  return copy;
}

function edit(copy: string, file: string, from: string, to: string): void {
  const full = path.join(copy, file);
  const text = readFileSync(full, "utf8");
  expect(text, file).toContain(from);
  writeFileSync(full, text.replace(from, to));
}

function recording(auth: string, n: number): string {
  const port = { port: 6379, scripts: [{ id: "redis-auth", value: { auth_required: auth } }] };
  const start = START + n * 1800;
  const xml = nmapXml({ args: ARGS, start, finished: start + 60, hosts: [{ address: "10.0.0.1", ports: [port] }] });
  const file = path.join(tempDir(), `${n}.xml`);
  writeFileSync(file, xml);
  return file;
}

/** What a command of the copy prints as JSON. */
function tripline(copy: string, args: readonly string[]): unknown {
  const state = path.join(copy, "state");
  const command = ["src/main.ts", "--state", state, "--format", "json", ...args];
  return JSON.parse(execFileSync(process.execPath, command, { cwd: copy, encoding: "utf8", stdio: "pipe" }));
}

/** `tripline.observed` of the events of that action. */
async function observed(copy: string, action: string): Promise<readonly unknown[]> {
  const opened = openState(path.join(copy, "state"), "write");
  if (!opened.ok) throw new Error(opened.error.what);
  const rows = await opened.value.outbox.readAfter(0, { maxRows: 1000, maxBytes: 1024 ** 3 });
  opened.value.close();
  const bodies = rows.map((row) => JSON.parse(row.body));
  return bodies.filter((body) => body.event.action === action).map((body) => body.tripline.observed);
}

test("a row, a leaf, a script and its line in the registry: the field is learned, compared and shown", async () => {
  const copy = copyWithField();
  const files = ["true", "true", "false"].map(recording);
  expect(tripline(copy, ["scan", "--from-xml", ...files, "--learn-scans", "1"])).toMatchObject({
    anomalies: [
      {
        kind: "hostkey-changed",
        port: { number: 6379 },
        before: { redis_auth: "true" },
        after: { redis_auth: "false" },
      },
    ],
  });
  expect(tripline(copy, ["hosts", "10.0.0.1"])).toMatchObject([
    { ports: [{ fields: { redis_auth: { value: "true", current: "false" } } }] },
  ]);
  expect(await observed(copy, "service-observed")).toMatchObject([{ redis_auth: "true" }, { redis_auth: "false" }]);
});
