/**
 * Prints `N passed, N failed` from vitest's JSON report and the exit codes of `make check` and `make test`.
 * A failure that no single test stands for (a check, a file that does not load, a dead runner) counts as one.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), name: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});
type Report = z.infer<typeof Report>;

const [file = "", checkExit = "1", testExit = "1"] = process.argv.slice(2);
const report = readReport(file);
const passed = report?.numPassedTests ?? 0;
const failedTests = report === undefined ? 0 : report.numFailedTests + brokenFiles(report);
const unexplained = testExit !== "0" && failedTests === 0 ? 1 : 0;
const failedChecks = checkExit === "0" ? 0 : 1;
console.log(`${passed} passed, ${failedTests + unexplained + failedChecks} failed`);

function readReport(path: string): Report | undefined {
  try {
    return Report.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function brokenFiles({ testResults }: Report): number {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  ).length;
}
