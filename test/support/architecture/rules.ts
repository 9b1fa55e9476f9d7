/** The architecture as tables. docs/architecture.md explains them; test/architecture.test.ts applies them. */

/** A file may import its own room and every lower level; rooms of one level never import each other. */
export const LEVELS: ReadonlyMap<string, number> = new Map([
  ["lib", 0],
  ["domain", 1],
  ["schedule", 1],
  ["config", 2],
  ["telemetry", 2],
  ["scan", 3],
  ["baseline", 3],
  ["declared", 3],
  ["gateway", 3],
  ["detect", 3],
  ["score", 3],
  ["events", 3],
  ["store", 3],
  ["deliver", 3],
  ["report", 3],
  ["siem", 3],
  ["pipeline", 4],
  ["app", 5],
  ["web", 6],
  ["cli", 7],
  ["main.ts", 8],
]);

export interface Door {
  /** Exact name, or a prefix that ends with "/". */
  readonly of: string;
  /** A file, or a folder that ends with "/". */
  readonly allowed: readonly string[];
  readonly why: string;
}

/** Every package in use has a row; one without a row has no door at all. */
export const PACKAGE_DOORS: readonly Door[] = [
  { of: "zod", allowed: ["src/"], why: "free at every border" },
  { of: "fast-xml-parser", allowed: ["src/scan/xml/"], why: "hostile XML is split and sanitised there" },
  { of: "kafkajs", allowed: ["src/deliver/sinks/kafka/"], why: "the client must stay replaceable" },
  {
    of: "@elastic/elasticsearch",
    allowed: ["src/deliver/sinks/elasticsearch/"],
    why: "the client must stay replaceable",
  },
  { of: "node-cron", allowed: ["src/schedule/"], why: "only the schedule knows cron" },
  { of: "simple-statistics", allowed: ["src/lib/statistics.ts"], why: "that file states the formulas" },
  { of: "ipaddr.js", allowed: ["src/lib/ip.ts"], why: "that file knows mapped and scoped forms" },
  { of: "yaml", allowed: ["src/lib/yaml.ts"], why: "that file keeps line and column" },
  { of: "hono", allowed: ["src/web/"], why: "only the web room speaks HTTP to people" },
  { of: "hono/", allowed: ["src/web/"], why: "only the web room speaks HTTP to people" },
  { of: "@hono/node-server", allowed: ["src/web/"], why: "only the web room speaks HTTP to people" },
  { of: "commander", allowed: ["src/cli/"], why: "only the command line knows options" },
  { of: "pino", allowed: ["src/telemetry/"], why: "a happening is logged and counted in one call" },
  {
    of: "node:child_process",
    allowed: ["src/lib/child-process.ts"],
    why: "deadline, group kill and output cap live there",
  },
  { of: "node:sqlite", allowed: ["src/store/"], why: "everybody else meets SQL through domain/ports" },
  { of: "node:process", allowed: [], why: "the global says the same and the rules below see it" },
];

const RANDOM = "ids come from the Ids port (lib/ids.ts): the same scan must give the same events";
const CLOCK = "time comes from the Clock port (lib/time.ts): a replay must see the time of its recording";

/** Expressions with one door, named as `parse.ts` reports them. */
export const EXPRESSION_DOORS: readonly Door[] = [
  {
    of: "process.env",
    allowed: ["src/config/"],
    why: "otherwise `config show --effective` does not show every setting",
  },
  { of: "process.exit", allowed: ["src/main.ts"], why: "anywhere else it cuts off the last commit or send" },
  { of: "Date.now", allowed: ["src/lib/"], why: CLOCK },
  { of: "new Date()", allowed: ["src/lib/"], why: CLOCK },
  { of: "performance.now", allowed: ["src/lib/"], why: CLOCK },
  { of: "process.hrtime", allowed: ["src/lib/"], why: CLOCK },
  { of: "Math.random", allowed: ["src/lib/"], why: RANDOM },
  { of: "randomUUID", allowed: ["src/lib/"], why: RANDOM },
  { of: "randomBytes", allowed: ["src/lib/"], why: RANDOM },
  { of: "randomInt", allowed: ["src/lib/"], why: RANDOM },
  { of: "getRandomValues", allowed: ["src/lib/"], why: RANDOM },
];

/** How a room is entered from outside. Whatever is not named here is its own business and may change freely. */
export interface RoomDoors {
  readonly room: string;
  /** Each does something itself: a file that only hands on the names of others opens the whole room again. */
  readonly faces: readonly string[];
}

/** Rooms with many files inside; every other room may be entered by any of its files. */
export const DOORS: readonly RoomDoors[] = [
  {
    room: "scan",
    faces: [
      "src/scan/live.ts",
      "src/scan/nmap/preflight.ts",
      "src/scan/nmap/retention.ts",
      "src/scan/plan/ask-again.ts",
      "src/scan/quality/observe.ts",
      "src/scan/recorded.ts",
      "src/scan/replayed.ts",
      "src/scan/targets.ts",
    ],
  },
  {
    room: "app",
    faces: [
      "src/app/agent/agent.ts",
      "src/app/agent/watch-health.ts",
      "src/app/demo/story.ts",
      "src/app/failure.ts",
      "src/app/operations/on-state.ts",
      "src/app/operations/operation.ts",
      "src/app/operations/registry.ts",
      "src/app/runtime.ts",
    ],
  },
];

const RUNTIME = ["src/app/runtime.ts"];
const HANDED_DOWN =
  "src/app/runtime.ts constructs it and hands it down, so that all of a process share one and a test can give its own";

/** What lives longer than a call is constructed in one place. Its own room may do so too; types are free. */
export const CONSTRUCTOR_DOORS: readonly Door[] = [
  { of: "wallClock", allowed: [...RUNTIME, "src/lib/", "src/schedule/cron.ts"], why: CLOCK },
  {
    of: "monotonicClock",
    allowed: [
      ...RUNTIME,
      "src/lib/",
      "src/store/slices.ts",
      "src/cli/render/progress.ts",
      "src/cli/terminal/progress.ts",
    ],
    why: CLOCK,
  },
  { of: "timeOrderedId", allowed: [...RUNTIME, "src/lib/"], why: RANDOM },
  { of: "randomShare", allowed: [...RUNTIME, "src/lib/"], why: RANDOM },
  { of: "randomToken", allowed: [...RUNTIME, "src/lib/"], why: RANDOM },
  { of: "createLogger", allowed: [...RUNTIME, "src/telemetry/"], why: HANDED_DOWN },
  { of: "silentLogger", allowed: [...RUNTIME, "src/telemetry/"], why: HANDED_DOWN },
  { of: "createMetrics", allowed: [...RUNTIME, "src/telemetry/"], why: HANDED_DOWN },
  { of: "createTelemetry", allowed: [...RUNTIME, "src/telemetry/"], why: HANDED_DOWN },
  { of: "openStore", allowed: [...RUNTIME, "src/store/"], why: HANDED_DOWN },
  { of: "openWriter", allowed: ["src/store/"], why: HANDED_DOWN },
  { of: "openReader", allowed: ["src/store/"], why: HANDED_DOWN },
  { of: "lockHolder", allowed: [...RUNTIME, "src/store/"], why: HANDED_DOWN },
  { of: "createSinks", allowed: [...RUNTIME, "src/deliver/"], why: HANDED_DOWN },
  { of: "createRelay", allowed: [...RUNTIME, "src/deliver/"], why: HANDED_DOWN },
  { of: "parseScoringRules", allowed: [...RUNTIME, "src/score/"], why: HANDED_DOWN },
  { of: "declaredReader", allowed: RUNTIME, why: HANDED_DOWN },
  { of: "prepareLive", allowed: RUNTIME, why: HANDED_DOWN },
  { of: "createNmapScanner", allowed: ["src/scan/"], why: HANDED_DOWN },
  { of: "createVantageWatch", allowed: ["src/scan/"], why: HANDED_DOWN },
  { of: "createShardRunner", allowed: ["src/scan/"], why: HANDED_DOWN },
  { of: "createRuntime", allowed: ["src/cli/"], why: "the edge of the process makes one; everybody else is given it" },
];

/** Data in, data out: what makes `tripline replay` possible. */
export const PURE_FOLDERS: readonly string[] = [
  "src/domain/",
  "src/scan/plan/",
  "src/scan/quality/",
  "src/baseline/",
  "src/detect/",
  "src/score/",
  "src/events/",
  "src/report/",
];

/** Builtins that only compute; the random half of node:crypto has its own ban above. */
export const PURE_BUILTINS: readonly string[] = ["node:buffer", "node:crypto", "node:util"];

/** Files of lib that touch the machine; a pure folder must not reach it through them either. */
export const IMPURE_LIB: readonly string[] = ["src/lib/child-process.ts", "src/lib/files.ts"];

export const LIMITS = {
  sourceLines: 300,
  testLines: 700,
  functionLines: 60,
  parameters: 3,
  libFiles: 12,
  readmeLines: 25,
  /** Files by which a room of {@link DOORS} is entered, and names that are used of each of them. */
  faces: 8,
  faceNames: 12,
} as const;
