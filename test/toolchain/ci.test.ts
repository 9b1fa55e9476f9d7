import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempDir } from "../support/temp-dir.ts";

const PASSED = { status: "passed" };
const FAILED = { status: "failed" };

describe(".ci/summary.ts counts", () => {
  const cases = [
    {
      what: "passed tests of a good run",
      files: [[PASSED, PASSED]],
      check: "0",
      test: "0",
      line: "2 passed, 0 failed",
    },
    {
      what: "failed tests once",
      files: [[PASSED, FAILED], [FAILED]],
      check: "0",
      test: "1",
      line: "1 passed, 2 failed",
    },
    { what: "a file that does not load", files: [[PASSED], []], check: "0", test: "1", line: "1 passed, 1 failed" },
    { what: "a failed check beside good tests", files: [[PASSED]], check: "2", test: "0", line: "1 passed, 1 failed" },
    {
      what: "a runner that fails without a failed test",
      files: [[PASSED]],
      check: "0",
      test: "2",
      line: "1 passed, 1 failed",
    },
    { what: "a run without a report", files: null, check: "0", test: "2", line: "0 passed, 1 failed" },
  ];

  test.each(cases)("$what", ({ files, check, test: testExit, line }) => {
    const report = join(tempDir(), "report.json");
    if (files !== null) writeFileSync(report, JSON.stringify(vitestReport(files)));
    const { stdout } = spawnSync(process.execPath, [".ci/summary.ts", report, check, testExit], { encoding: "utf8" });
    expect(stdout).toBe(`${line}\n`);
  });
});

describe("scripts/audit.ts", () => {
  const clean = { info: 0, low: 2, moderate: 1, high: 0, critical: 0 };
  const cases = [
    {
      what: "passes when nothing serious is known",
      answer: { metadata: { vulnerabilities: clean } },
      status: 0,
      says: "0 high, 1 moderate",
    },
    {
      what: "fails on a hole of high severity",
      answer: { metadata: { vulnerabilities: { ...clean, high: 1 } } },
      status: 1,
      says: "1 high",
    },
    {
      what: "says when the registry has no answer",
      answer: { message: "405 Method Not Allowed" },
      status: 0,
      says: "audit not available (405 Method",
    },
    { what: "says when the answer is no answer", answer: "<html>", status: 0, says: "audit not available" },
  ];

  test.each(cases)("$what", ({ answer, status, says }) => {
    const found = spawnSync(process.execPath, ["scripts/audit.ts"], {
      encoding: "utf8",
      env: { PATH: `${folderWithNpm(JSON.stringify(answer))}${delimiter}${process.env["PATH"] ?? ""}` },
    });
    expect(found.stdout).toContain(says);
    expect(found.status).toBe(status);
  });
});

function vitestReport(files: readonly (readonly { status: string }[])[]) {
  const all = files.flat();
  return {
    numPassedTests: all.filter(({ status }) => status === "passed").length,
    numFailedTests: all.filter(({ status }) => status === "failed").length,
    testResults: files.map((assertionResults, n) => ({
      name: `file-${n}`,
      status: assertionResults.length === 0 || assertionResults.includes(FAILED) ? "failed" : "passed",
      assertionResults,
    })),
  };
}

/** A stand-in for npm which gives this answer to every question. */
function folderWithNpm(answer: string): string {
  const folder = tempDir();
  writeFileSync(join(folder, "npm"), `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`);
  chmodSync(join(folder, "npm"), 0o755);
  return folder;
}
