import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { copyOfProgram, edit, eventsOf, recording, tripline } from "./copy.ts";

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
  const copy = copyOfProgram();
  writeFileSync(path.join(copy, "src/scan/scripts/redis-auth.ts"), SCRIPT);
  edit(copy, "src/scan/scripts/registry.ts", "httpTitle];", "httpTitle, redisAuth];");
  edit(copy, "src/scan/scripts/registry.ts", "import", 'import { redisAuth } from "./redis-auth.ts";\nimport');
  edit(copy, "src/domain/fields/port.ts", "} as const satisfies Readonly<Record<string, PortFieldRow>>;", FIELD);
  edit(copy, "src/domain/facts.ts", "} as const satisfies Readonly<Record<string, FactLeaf>>;", LEAF);
  // A kind of its own is another recipe: here the detector of a kind that exists looks at the new field.
  edit(copy, "src/detect/detectors/hostkey-changed.ts", 'field: "ssh"', 'field: "redis_auth"');
  return copy;
}

test("a row, a leaf, a script and its line in the registry: the field is learned, compared and shown", async () => {
  const copy = copyWithField();
  const files = ["true", "true", "false"].map((auth, n) =>
    recording({ port: 6379, scripts: [{ id: "redis-auth", value: { auth_required: auth } }] }, n),
  );
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
  const observed = (await eventsOf(copy, "service-observed")).map((body) => body.tripline.observed);
  expect(observed).toMatchObject([{ redis_auth: "true" }, { redis_auth: "false" }]);
});
