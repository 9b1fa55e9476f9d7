import type { ExposedService, ScanFound } from "../../domain/found.ts";
import { portText } from "../../domain/network.ts";
import { counted, GAP, key, lines, type TextDocument, text } from "./document.ts";
import { EXPOSURE_WORDS } from "./exposure-words.ts";

/** Services that are named; the rest is counted. */
const MOST_SERVICES = 8;
/** Hosts of one service that are named. */
const MOST_HOSTS = 4;
/** Rows on a terminal. */
const MOST_ROWS = 15;

/** What the first scan of a segment found: how much, of what, and what deserves a look before anything ever alerts. */
export function foundText(found: ScanFound): TextDocument {
  const head = `found ${counted(found.hosts, "host", "hosts")} with ${counted(found.ports, "open port", "open ports")}${servicesText(found)}`;
  if (found.exposed.length === 0) return [GAP, lines(head, "nothing stands out")];
  const rows = found.exposed.map((one) => [EXPOSURE_WORDS[one.class], portText(one.port), nameOf(one), hostsText(one)]);
  const columns = [key("DESERVES A LOOK"), key("PORT"), text("SERVICE", 14), text("WHERE", 28)];
  return [GAP, lines(head), GAP, { kind: "table", columns, rows, indent: 2, most: MOST_ROWS }];
}

function servicesText({ services }: ScanFound): string {
  if (services.length === 0) return "";
  const named = services.slice(0, MOST_SERVICES).map(({ name, count }) => `${name} ${count}`);
  const rest = services.length - named.length;
  return `: ${named.join(", ")}${rest > 0 ? `, and ${rest} more services` : ""}`;
}

function nameOf({ service, product }: ExposedService): string {
  return product ?? service ?? "not identified";
}

function hostsText({ hosts }: ExposedService): string {
  const named = hosts.slice(0, MOST_HOSTS).join(", ");
  if (hosts.length === 1) return named;
  const rest = hosts.length - MOST_HOSTS;
  return `${hosts.length} hosts: ${named}${rest > 0 ? `, and ${rest} more` : ""}`;
}
