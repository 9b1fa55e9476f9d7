import { isLoopback } from "../lib/ip.ts";
import type { YamlDocument, YamlPath } from "../lib/yaml.ts";
import type { ConfigFormat } from "./format.ts";
import { kibanaFindings } from "./kibana.ts";
import type { ConfigProblem, Finding } from "./problems.ts";
import { outputFindings } from "./output-meaning.ts";
import type { Config } from "./schema.ts";
import { safeFindings } from "./safe-meaning.ts";
import { checkScope } from "./scope.ts";
import { urlSecrets } from "./url-secrets.ts";
import { inlineSecrets } from "./inline-secrets.ts";

/** The second ring: values that are well-formed but do not make sense together. */
export interface Meaning {
  readonly errors: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

const YEAR_MS = 365 * 86_400_000;
const QUARTER_MS = 90 * 86_400_000;

export interface MeaningOptions {
  readonly now: number;
  /** Relative paths start here. */
  readonly directory: string;
  readonly format: ConfigFormat;
}

export function checkMeaning(config: Config, document: YamlDocument, options: MeaningOptions): Meaning {
  const findings = [
    ...schedules(config),
    ...profiles(config),
    ...safeFindings(config),
    ...checkScope(config),
    ...mutes(config, options.now),
    ...outputFindings(config.outputs, options),
    ...kibanaFindings(config.kibana, options.directory),
    ...inlineSecrets(config, options.format),
    ...page(config),
    ...web(config),
  ];
  const located = findings.map((f) => ({
    level: f.level,
    problem: { ...document.positionOf(f.path), path: f.path.join("."), message: f.message, hint: f.hint ?? null },
  }));
  return {
    errors: located.filter((l) => l.level === "error").map((l) => l.problem),
    warnings: located.filter((l) => l.level === "warning").map((l) => l.problem),
  };
}

function schedules(config: Config): Finding[] {
  const found: Finding[] = [];
  if (config.schedule !== undefined && config.every !== undefined) {
    found.push({ level: "error", path: ["every"], message: "schedule and every are both given; keep one" });
  }
  if (config.pace === "fast" && !config.controlled) {
    const message = "pace fast fabricates changes on a busy network; it needs controlled: true";
    found.push({ level: "error", path: ["pace"], message });
  }
  return found;
}

/** A profile that says when it runs twice, or never. */
function profiles(config: Config): Finding[] {
  return (["ports", "deep"] as const).flatMap((name): Finding[] => {
    const profile = config.profiles[name];
    if (profile === undefined) return [];
    const [cron, every] = [profile.schedule !== undefined, profile.every !== undefined];
    if (cron && every)
      return [warning(["profiles", name, "schedule"], "every is given too and takes precedence; keep one of them")];
    if (cron || every) return [];
    const fallback = name === "deep" ? "it never runs" : "the general schedule applies";
    return [warning(["profiles", name], `neither schedule nor every is given: ${fallback}`)];
  });
}

function warning(path: YamlPath, message: string): Finding {
  return { level: "warning", path, message };
}

function mutes(config: Config, now: number): Finding[] {
  return config.mutes.flatMap((mute, i): Finding[] => {
    const path = ["mutes", i, "until"];
    if (mute.until <= now)
      return [{ level: "warning", path, message: "this mute has expired; remove it or give it a new end" }];
    if (mute.until - now > YEAR_MS) return [{ level: "error", path, message: "a mute lasts at most one year" }];
    if (mute.until - now > QUARTER_MS)
      return [{ level: "warning", path, message: "this mute lasts more than 90 days" }];
    return [];
  });
}

/** A secret in the address of the page is hidden, but it is in the file, and nobody expects one there. */
function page({ public_url: url }: Config): Finding[] {
  if (url === undefined || urlSecrets(url).length === 0) return [];
  const message = "the URL contains a secret; it is not shown, and not part of event.url";
  return [{ level: "warning", path: ["public_url"], message, hint: "leave it out" }];
}

function web(config: Config): Finding[] {
  const host = config.web.listen.replace(/:\d+$/, "");
  if (isLoopback(host)) return [];
  const message = `health and metrics are served on loopback only in this version; got "${config.web.listen}"`;
  return [{ level: "error", path: ["web", "listen"], message, hint: "use 127.0.0.1:PORT behind your own proxy" }];
}
