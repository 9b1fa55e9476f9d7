import type { TestProject } from "vitest/node";

/**
 * Runs once before all test files, and its result once after them: the place for servers that several files share.
 * Nothing is started here before a test asks for it, so that a single unit test stays instant.
 */
export default function setup(_project: TestProject): () => void {
  return function teardown() {};
}
