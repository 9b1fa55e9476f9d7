/**
 * Asks the npm registry for known vulnerabilities in what we ship. Exit 1 only for a real finding: a registry that does not
 * answer this question must neither fail the build nor pass for "no holes".
 */
import { spawnSync } from "node:child_process";
import { z } from "zod";

const Answer = z.object({
  message: z.string().optional(),
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }).optional(),
});

const { stdout, status } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
const answer = parse(stdout);

if (answer?.metadata === undefined) {
  console.log(`audit not available (${answer?.message ?? `npm audit ended with ${status}`})`);
} else {
  const { info = 0, low = 0, moderate = 0, high = 0, critical = 0 } = answer.metadata.vulnerabilities;
  console.log(`audit: ${critical} critical, ${high} high, ${moderate} moderate, ${low} low, ${info} info`);
  if (critical + high > 0) {
    console.log("Fix: `npm audit` names the packages; update them in package.json, then `npm install`.");
    process.exitCode = 1;
  }
}

function parse(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
