import { join } from "node:path";
import { z } from "zod";
import { lastLines, runCommand } from "../../../test/support/command.ts";
import type { OtherPlace } from "../opensearch.ts";

const PROGRAM = join(import.meta.dirname, "../../../docs/siem/kafka_to_search.py");

const counts = z.object({ created: z.number(), present: z.number(), refused: z.number() });

/** Runs the documented consumer until the end of the topics. */
export async function consume(
  { server, brokers, python, prefix, directory }: OtherPlace,
  group: string,
): Promise<z.infer<typeof counts>> {
  const words = ["--brokers", brokers.join(","), "--prefix", prefix, "--group", group, "--url", server.url, "--once"];
  const { output } = await runCommand(python, [PROGRAM, ...words], directory);
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  if (!last.startsWith("{")) throw new Error(`the consumer failed: ${lastLines(output, 10)}`);
  return counts.parse(JSON.parse(last));
}
