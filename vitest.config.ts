import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/support/patience.ts";

const results = process.env["TRIPLINE_TEST_RESULTS"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Forks, not threads: tests send signals, change the working directory and open SQLite files.
    pool: "forks",
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    teardownTimeout: 30_000,
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text-summary", "html"] },
  },
});
