import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { doorViolations, enteredFiles } from "./support/architecture/doors.ts";
import { parse } from "./support/architecture/parse.ts";
import { projectFiles } from "./support/architecture/project-files.ts";
import { DOORS, PACKAGE_DOORS } from "./support/architecture/rules.ts";
import { type ProjectFile, violations } from "./support/architecture/violations.ts";

describe("the repository", () => {
  test("keeps the import law, the doors and the limits of size", () => {
    expect(violations(projectFiles())).toEqual([]);
  });

  test("enters its rooms with doors by every face, and by nothing else", () => {
    const files = projectFiles().filter(({ path }) => path.startsWith("src/") && path.endsWith(".ts"));
    const entered = enteredFiles(files.map(({ path, text }) => ({ path, facts: parse(path, text) })));
    process.stdout.write(`files entered from other rooms: ${entered.map((count) => count.join(" ")).join(", ")}\n`);
    const counts = new Map(entered);
    for (const { room, faces } of DOORS) expect(counts.get(room)).toBe(faces.length);
  });

  test("has a door for every package it ships", () => {
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as PackageFile;
    const doors = new Set(PACKAGE_DOORS.map(({ of }) => of));
    expect(Object.keys(dependencies).filter((name) => !doors.has(name))).toEqual([]);
  });

  test("pins every version exactly, and its lock file names no registry", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as PackageFile;
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const locks = ["package-lock.json", "tools/node/package-lock.json"].map((path) => readFileSync(path, "utf8"));
    expect(locks.filter((text) => text.includes('"resolved"'))).toEqual([]);
  });
});

describe("the law itself catches", () => {
  const cases: readonly { broken: string; path: string; text: string; says: string }[] = [
    {
      broken: "a room that imports another room",
      path: "src/detect/a.ts",
      text: 'import { s } from "../store/s.ts"; export const a = s;',
      says: "detect imports store: rooms of one level meet through domain",
    },
    {
      broken: "a type taken from another room",
      path: "src/detect/a.ts",
      text: 'export type A = import("../store/s.ts").S;',
      says: "detect imports store",
    },
    {
      broken: "a lower level that imports a higher one",
      path: "src/domain/a.ts",
      text: 'export { s } from "../store/s.ts";',
      says: "domain (level 1) imports store (level 3): only downwards",
    },
    {
      broken: "config that imports its neighbour telemetry",
      path: "src/config/a.ts",
      text: 'import type { T } from "../telemetry/t.ts"; export type A = T;',
      says: "config imports telemetry",
    },
    {
      broken: "a folder that is no room",
      path: "src/helpers/a.ts",
      text: 'import "../lib/l.ts";',
      says: "helpers is no room",
    },
    {
      broken: "an import without its extension",
      path: "src/store/a.ts",
      text: 'import "./s";',
      says: "src/store/s, which does not exist",
    },
    {
      broken: "a package behind another room's door",
      path: "src/store/a.ts",
      text: 'import { Kafka } from "kafkajs";',
      says: "imports kafkajs: the client must stay replaceable",
    },
    {
      broken: "a package that is loaded late",
      path: "src/store/a.ts",
      text: 'export const y = await import("yaml");',
      says: "imports yaml",
    },
    {
      broken: "a package without a door",
      path: "src/store/a.ts",
      text: 'import "lodash";',
      says: "imports lodash, which has no door yet",
    },
    {
      broken: "a sub-path of a package with a door",
      path: "src/store/a.ts",
      text: 'import "hono/jsx";',
      says: "imports hono/jsx",
    },
    {
      broken: "a process started past lib/child-process.ts",
      path: "src/scan/a.ts",
      text: 'import { spawn } from "node:child_process";',
      says: "deadline, group kill",
    },
    {
      broken: "SQL outside of the store",
      path: "src/deliver/a.ts",
      text: 'import { DatabaseSync } from "node:sqlite";',
      says: "imports node:sqlite",
    },
    {
      broken: "a store that is opened past the runtime",
      path: "src/app/a.ts",
      text: 'import { openStore as open } from "../store/s.ts"; export const a = open;',
      says: "imports openStore: src/app/runtime.ts constructs it",
    },
    {
      broken: "a logger that is passed on",
      path: "src/cli/a.ts",
      text: 'export { createLogger } from "../telemetry/t.ts";',
      says: "imports createLogger: src/app/runtime.ts constructs it",
    },
    {
      broken: "I/O in pure code",
      path: "src/score/a.ts",
      text: 'import { readFileSync } from "node:fs";',
      says: "pure code imports node:fs",
    },
    {
      broken: "I/O in pure code by way of lib",
      path: "src/score/a.ts",
      text: 'import { l } from "../lib/files.ts";',
      says: "pure code reaches the machine",
    },
    {
      broken: "the environment read outside of config",
      path: "src/store/a.ts",
      text: 'export const a = process.env["HOME"];',
      says: "process.env",
    },
    {
      broken: "the environment unpacked outside of config",
      path: "src/store/a.ts",
      text: "export const { env } = process;",
      says: "process.env",
    },
    {
      broken: "an exit outside of main",
      path: "src/cli/a.ts",
      text: 'export function a() { process["exit"](1); }',
      says: "process.exit",
    },
    {
      broken: "the clock of the machine",
      path: "src/store/a.ts",
      text: "export const a = Date.now();",
      says: "Date.now: time comes from the Clock port",
    },
    {
      broken: "the clock in disguise",
      path: "src/store/a.ts",
      text: "export const a = new Date();",
      says: "new Date(): time comes from",
    },
    {
      broken: "chance",
      path: "src/store/a.ts",
      text: "export const a = Math.random();",
      says: "Math.random: ids come from the Ids port",
    },
    {
      broken: "chance from crypto",
      path: "src/store/a.ts",
      text: 'import { randomUUID } from "node:crypto"; export const a = randomUUID();',
      says: "randomUUID: ids come from",
    },
    { broken: "a default export", path: "src/store/a.ts", text: "export default 1;", says: "default export" },
    {
      broken: "a default export under another syntax",
      path: "src/store/a.ts",
      text: "const a = 1; export { a as default };",
      says: "default export",
    },
    { broken: "an enum", path: "src/store/a.ts", text: "export enum A { b }", says: "enum" },
    {
      broken: "a parameter property",
      path: "src/store/a.ts",
      text: "export class A { constructor(readonly b: number) {} }",
      says: "parameter property",
    },
    {
      broken: "a file that is too long",
      path: "src/store/a.ts",
      text: "\n".repeat(301),
      says: "301 lines (at most 300)",
    },
    {
      broken: "a function that is too long",
      path: "src/store/a.ts",
      text: `export function a() {${"\n".repeat(60)}}`,
      says: "a has 61 lines",
    },
    {
      broken: "four parameters",
      path: "src/store/a.ts",
      text: "export const a = (b: 1, c: 1, d: 1, e: 1) => [b, c, d, e];",
      says: "4 parameters",
    },
    {
      broken: "a test that is too long",
      path: "test/store/a.test.ts",
      text: "//\n".repeat(701),
      says: "701 lines (at most 700)",
    },
  ];

  test.each(cases)("$broken", ({ path, text, says }) => {
    const found = violations([...lawful(), { path, text }, { path: path.replace(/[^/]+$/, "README.md"), text: "x" }]);
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining(says)]));
    expect(found.every((line) => line.startsWith(`${path}:`))).toBe(true);
  });

  test("a circle of imports, and a circle of types", () => {
    const a = { path: "src/store/a.ts", text: 'import { b } from "./b.ts"; export const a = () => b;' };
    const b = { path: "src/store/b.ts", text: 'import { a } from "./a.ts"; export const b = () => a;' };
    const typed = { ...b, text: 'import type { a } from "./a.ts"; export type b = typeof a; export const b = 1;' };
    const cycle = "src/store/a.ts:1  import cycle: src/store/a.ts → src/store/b.ts → src/store/a.ts";
    expect(violations([...lawful(), a, b])).toEqual([cycle]);
    expect(violations([...lawful(), a, typed])).toEqual([cycle]);
  });

  describe("of a room with doors", () => {
    const readme = { path: "src/scan/README.md", text: "# scan\n" };
    const face = (text: string) => ({ path: "src/scan/live.ts", text });
    const inside = { path: "src/scan/inside.ts", text: "export const a = 1; export const b = 2;" };
    const from = (text: string) => ({ path: "src/main.ts", text: `${text} process.exit(0);` });
    const room = (...files: readonly ProjectFile[]) => {
      const rest = lawful().filter(({ path }) => path !== "src/main.ts");
      return violations([...rest, readme, inside, ...files]);
    };

    test("nobody who comes by a face", () => {
      expect(room(face("export const live = 1;"), from('import { live } from "./scan/live.ts"; live;'))).toEqual([]);
    });

    test("an entry past its faces, also for a type", () => {
      const entries = [
        'import { a } from "./scan/inside.ts"; a;',
        'export type A = typeof import("./scan/inside.ts").a;',
      ];
      for (const text of entries) {
        expect(room(face("export const live = 1;"), from(text))).toEqual([
          expect.stringContaining("src/main.ts:1  enters scan by src/scan/inside.ts, which is no face of it"),
        ]);
      }
    });

    test("a face that only hands on names, however that is written", () => {
      const barrels = [
        'export { a } from "./inside.ts";',
        'export * from "./inside.ts";',
        'import { a } from "./inside.ts"; export { a };',
      ];
      for (const text of barrels) {
        expect(room(face(text))).toEqual(["src/scan/live.ts:1  only hands on the names of other files"]);
      }
    });

    test("a face with a thirteenth name", () => {
      const names = Array.from({ length: 13 }, (_, n) => `n${n}`);
      const many = face(names.map((name) => `export const ${name} = 1;`).join(" "));
      expect(room(many, from(`import { ${names.join(", ")} } from "./scan/live.ts";`))).toEqual([
        expect.stringContaining("src/scan/live.ts:1  13 names are used from outside (at most 12)"),
      ]);
    });

    test("a ninth face", () => {
      const faces = Array.from({ length: 9 }, (_, n) => `src/scan/${n}.ts`);
      const sources = faces.map((path) => ({ path, facts: parse(path, "export const a = 1;") }));
      expect(doorViolations(sources, [{ room: "scan", faces }])).toEqual([
        expect.stringContaining("src/scan:1  9 files to enter by (at most 8)"),
      ]);
    });
  });

  test("a room without a README, or with a long one", () => {
    const source = { path: "src/web/a.ts", text: "export const a = 1;" };
    const long = { path: "src/web/README.md", text: "x\n".repeat(26) };
    expect(violations([...lawful(), source])).toEqual([expect.stringContaining("src/web/README.md:1  is missing")]);
    expect(violations([...lawful(), source, long])).toEqual([expect.stringContaining("26 lines (at most 25)")]);
  });

  test("a thirteenth file in lib", () => {
    const files = Array.from({ length: 11 }, (_, n) => ({ path: `src/lib/${n}.ts`, text: "export {};" }));
    expect(violations([...lawful(), ...files])).toEqual([expect.stringContaining("src/lib:1  13 files (at most 12)")]);
  });

  test("nothing in files that keep it, whatever their comments and strings say", () => {
    const text = "/** process.env, Date.now() */ export const a = \"import x from 'kafkajs'; new Date()\";";
    const dated = "export const b = new Date(0);";
    expect(
      violations([...lawful(), { path: "src/store/a.ts", text }, { path: "src/store/b.ts", text: dated }]),
    ).toEqual([]);
  });
});

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The smallest project without a violation. */
function lawful(): ProjectFile[] {
  return [
    { path: "src/lib/files.ts", text: 'import { readFileSync } from "node:fs"; export const l = readFileSync;' },
    { path: "src/lib/l.ts", text: "export const now = Date.now();" },
    { path: "src/telemetry/t.ts", text: 'import pino from "pino"; export type T = typeof pino;' },
    {
      path: "src/store/s.ts",
      text: 'import { now } from "../lib/l.ts"; export const s = now; export type S = number;',
    },
    { path: "src/main.ts", text: 'import { s } from "./store/s.ts"; process.exit(s);' },
    ...["lib", "telemetry", "store"].map((room) => ({ path: `src/${room}/README.md`, text: "# room\n" })),
  ];
}
