import path from "node:path";
import type { Available } from "../availability.ts";
import { cached } from "../cache.ts";
import { provideJava } from "../java.ts";
import { fetchWithMaven } from "../maven.ts";

const VERSION = "4.3.1";

export interface KafkaParts {
  readonly javaHome: string;
  readonly libs: string;
}

/** Java 17 or newer and the 46 jars of the broker (44 MB), fetched by Maven at the first use. */
export async function kafkaParts(): Promise<Available<KafkaParts>> {
  const java = await provideJava(17);
  if ("ok" in java) return java;
  const pom = path.join(import.meta.dirname, "pom.xml");
  const home = await cached(`kafka-${VERSION}`, (dir) => fetchWithMaven(pom, ["dependency:copy-dependencies"], dir));
  return typeof home === "string" ? { ok: true, javaHome: java.home, libs: path.join(home, "libs") } : home;
}
