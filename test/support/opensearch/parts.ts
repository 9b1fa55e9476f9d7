import path from "node:path";
import { type Available, missing } from "../availability.ts";
import { cached } from "../cache.ts";
import { findJava } from "../java.ts";
import { fetchWithMaven } from "../maven.ts";

const VERSION = "3.8.0";
const POM = path.join(import.meta.dirname, "pom.xml");

export interface OpenSearchParts {
  readonly javaHome: string;
  readonly libs: string;
}

/** A JDK 21 or newer, whose compiler starts our one source file, and the jars of the server (71 MB). */
export async function openSearchParts(): Promise<Available<OpenSearchParts>> {
  const java = findJava({ atLeast: 21, modules: ["jdk.compiler"] });
  if (java === undefined)
    return missing("OpenSearch needs a JDK 21 or newer", "install one, for instance Temurin, and set JAVA_HOME to it");
  const home = await cached(`opensearch-${VERSION}`, (dir) =>
    fetchWithMaven(POM, ["dependency:copy-dependencies"], dir),
  );
  return typeof home === "string" ? { ok: true, javaHome: java.home, libs: path.join(home, "libs") } : home;
}
