import type { TestProject } from "vitest/node";
import { openServerDesk } from "./server-desk.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test files ask for the shared servers. */
    readonly serverDesk: string;
  }
}

/**
 * Runs once before all test files, and its result once after them, even when some of them crashed.
 * Nothing is started here before a test asks for it, so that a single unit test stays instant.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const desk = await openServerDesk();
  project.provide("serverDesk", desk.url);
  return () => desk.close();
}
