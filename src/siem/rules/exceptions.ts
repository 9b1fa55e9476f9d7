import type { JsonObject, SetupAsset } from "../../domain/ports/setup.ts";
import { comparedList } from "./compared.ts";

/** Fixed, so that a new edition replaces the old one. */
const LIST_ID = "tripline-own-scanner";
const ITEM_ID = "tripline-own-scanner-addresses";
const FILTER_ID = "5f0f3a52-6f0f-4d3e-8f7b-2f3f0b7c1a01";
const ABOUT = "Addresses that Tripline scans from. What they send is a planned scan and no attack.";

/** A list of exceptions and its one entry; nothing where no address is known. */
export function exceptionAssets(scanners: readonly string[]): readonly SetupAsset[] {
  if (scanners.length === 0) return [];
  return [asset("exception list", LIST_ID, listBody()), asset("exception", ITEM_ID, itemBody(scanners))];
}

function asset(kind: string, name: string, body: JsonObject): SetupAsset {
  return { kind, name, body, compared: comparedList(body) };
}

function listBody(): JsonObject {
  return {
    list_id: LIST_ID,
    name: "Tripline: our own scanner",
    description: ABOUT,
    type: "detection",
    namespace_type: "single",
    tags: ["Tripline"],
  };
}

function itemBody(scanners: readonly string[]): JsonObject {
  return {
    list_id: LIST_ID,
    item_id: ITEM_ID,
    name: "Scanning addresses of Tripline",
    description: ABOUT,
    type: "simple",
    namespace_type: "single",
    entries: [{ field: "source.ip", type: "match_any", operator: "included", value: scanners }],
    tags: ["Tripline"],
  };
}

/** The same for Elastic, for Sigma and for whatever takes a list. */
export function exceptionFiles(scanners: readonly string[]): readonly (readonly [string, string])[] {
  if (scanners.length === 0) return [];
  const ndjson = [listBody(), itemBody(scanners)].map((one) => `${JSON.stringify(one)}\n`).join("");
  return [
    ["exceptions/elastic.ndjson", ndjson],
    ["exceptions/sigma-filter.yml", sigmaFilter(scanners)],
    ["exceptions/addresses.txt", `${scanners.join("\n")}\n`],
  ];
}

function sigmaFilter(scanners: readonly string[]): string {
  return [
    "title: Our Own Scanner",
    `id: ${FILTER_ID}`,
    `description: ${ABOUT}`,
    "logsource:",
    "    category: network_connection",
    "filter:",
    "    rules: any",
    "    selection:",
    "        source.ip:",
    ...scanners.map((address) => `            - '${address}'`),
    "    condition: not selection",
    "",
  ].join("\n");
}
