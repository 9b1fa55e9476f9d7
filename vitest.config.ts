import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/support/patience.ts";

const results = process.env["TRIPLINE_TEST_RESULTS"];

/** Rooms whose tests touch files of their own and nothing that the whole machine shares: no address, port, server or nmap. */
const BY_THEMSELVES = [
  "test/architecture.test.ts",
  "test/scan/xml/*.test.ts",
  "test/deliver/sinks/kafka/secured.test.ts",
  "test/siem/rule-checkers.test.ts",
  "test/cli/{anomaly-filters,anomaly-verdicts,baseline-import,errors,events,group-member,history,learn-period,members,open-files,scans,secrets,state-directory}.test.ts",
  "test/{baseline,bench,config,declared,detect,docs,domain,events,lib,noise,recipes,recorded,report,rules,schedule,score,store,telemetry}/**/*.test.ts",
];

export default defineConfig({
  test: {
    // Forks, not threads: tests send signals, change the working directory and open SQLite files.
    pool: "forks",
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    teardownTimeout: 30_000,
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text-summary", "html"] },
    projects: [
      {
        extends: true,
        test: { name: "files", include: BY_THEMSELVES, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: "machine",
          include: ["test/**/*.test.ts"],
          exclude: BY_THEMSELVES,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
