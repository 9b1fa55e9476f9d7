import { defineConfig } from "vitest/config";

const results = process.env["TRIPLINE_TEST_RESULTS"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Forks, not threads: tests send signals, change the working directory and open SQLite files.
    pool: "forks",
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text-summary", "html"] },
  },
});
