import type { CleanText } from "../../domain/clean-text.ts";
import type { ScriptResult, ScriptValue } from "../../domain/observation.ts";
import { childrenOf, rawAttribute } from "../xml/element.ts";
import type { XmlElement } from "../xml/xml-element.ts";
import { FIELD, own, readText } from "../xml/text.ts";

const MAX_DEPTH = 8;
const MAX_ENTRIES = 256;
const MAX_SCRIPTS = 64;
const NO_SCRIPTS: readonly ScriptResult[] = [];
// Their digest is in the identity of the port; the certificate itself would be most of the memory of a host.
const NOT_KEPT = new Set(["pem", "modulus"]);

interface Budget {
  readonly cuts: Set<string>;
  /** Keys and list items that may still be read, over the whole script. */
  entries: number;
  /** Bytes of text that may still be read. */
  bytes: number;
}

/** Results of the scripts of one port; two results on one port are normal. */
export function readScripts(parent: XmlElement, cuts: Set<string>): readonly ScriptResult[] {
  const scripts = childrenOf(parent, "script");
  if (scripts.length === 0) return NO_SCRIPTS;
  return scripts.slice(0, MAX_SCRIPTS).flatMap((script) => readScript(script, cuts) ?? []);
}

function readScript(script: XmlElement, cuts: Set<string>): ScriptResult | null {
  const id = rawAttribute(script, "id");
  // Ids come from file names that we chose; anything else is not a script of nmap's.
  if (id === undefined || !/^[\w.-]{1,128}$/.test(id)) return null;
  const output = readText(rawAttribute(script, "output") ?? "", FIELD.script, cuts);
  const failed = output.trimStart().startsWith("ERROR:");
  return { id: own(id), value: failed ? null : readValue(script, cuts), output, failed };
}

/** The structured part; null for free text, which is never compared. */
function readValue(script: XmlElement, cuts: Set<string>): ScriptValue | null {
  const nodes = valueNodes(script);
  if (nodes.length === 0) return null;
  return readTable(nodes, { cuts, entries: MAX_ENTRIES, bytes: FIELD.script.maxBytes }, 0);
}

function valueNodes(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => child.name === "elem" || child.name === "table");
}

function readTable(nodes: readonly XmlElement[], budget: Budget, depth: number): ScriptValue {
  if (nodes.every((node) => rawAttribute(node, "key") === undefined)) {
    return nodes.flatMap((node) => readNode(node, budget, depth) ?? []);
  }
  const table = new Map<string, ScriptValue>();
  for (const [position, node] of nodes.entries()) {
    const value = readNode(node, budget, depth);
    const key = rawAttribute(node, "key");
    if (value !== null) table.set(key === undefined ? String(position + 1) : keyText(key, budget), value);
  }
  return table;
}

function keyText(raw: string, budget: Budget): string {
  return readText(raw, FIELD.scriptKey, budget.cuts);
}

function readNode(node: XmlElement, budget: Budget, depth: number): ScriptValue | null {
  budget.entries--;
  if (budget.entries < 0 || depth >= MAX_DEPTH || budget.bytes <= 0) {
    budget.cuts.add(FIELD.script.label);
    return null;
  }
  return node.name === "table" ? readTable(valueNodes(node), budget, depth + 1) : readLeaf(node, budget);
}

function readLeaf(node: XmlElement, budget: Budget): CleanText | null {
  if (NOT_KEPT.has(rawAttribute(node, "key") ?? "")) return null;
  const text = readText(node.text, { ...FIELD.script, maxBytes: budget.bytes }, budget.cuts);
  budget.bytes -= Buffer.byteLength(text);
  return text;
}
