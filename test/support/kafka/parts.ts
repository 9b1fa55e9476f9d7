import path from "node:path";
import { type Available, missing, missingText } from "../availability.ts";
import { cached } from "../cache.ts";
import { findJava } from "../java.ts";
import { fetchWithMaven } from "../maven.ts";

const VERSION = "4.3.1";

export interface KafkaParts {
  readonly javaHome: string;
  readonly libs: string;
}

/** Java 17 or newer and the 46 jars of the broker (44 MB), fetched by Maven at the first use. */
export async function kafkaParts(): Promise<Available<KafkaParts>> {
  const java = findJava({ atLeast: 17 });
  if (java === undefined)
    return missing("Kafka needs Java 17 or newer", "install it (Debian: apt-get install maven brings it)");
  const pom = path.join(import.meta.dirname, "pom.xml");
  const home = await cached(`kafka-${VERSION}`, (dir) => fetchWithMaven(pom, ["dependency:copy-dependencies"], dir));
  return typeof home === "string" ? { ok: true, javaHome: java.home, libs: path.join(home, "libs") } : home;
}

/** The same for who cannot do without: throws with the way to get it. */
export async function neededKafkaParts(): Promise<KafkaParts> {
  const parts = await kafkaParts();
  if (!parts.ok) throw new Error(missingText(parts));
  return parts;
}
