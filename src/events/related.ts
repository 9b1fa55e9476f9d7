import { canonicalAddress } from "../lib/ip.ts";
import { childOf, FIELD_TREE, type FieldNode } from "./fields.ts";
import type { Branch, Tree, Value } from "./tree.ts";

const NAMES: ReadonlySet<string> = new Set([
  "host.name",
  "server.domain",
  "tripline.anomaly.group.hosts",
  "tripline.baseline.dns_name",
  "tripline.observed.dns_name",
]);
const HASHES: ReadonlySet<string> = new Set([
  "tripline.baseline.tls_sha256",
  "tripline.baseline.ssh_sha256",
  "tripline.observed.tls_sha256",
  "tripline.observed.ssh_sha256",
]);

interface Found {
  readonly ip: Set<string>;
  readonly hosts: Set<string>;
  readonly hash: Set<string>;
  readonly user: Set<string>;
}

/**
 * `related`, collected from the finished document so that nothing can be forgotten: every address outside `observer`,
 * every name, key digest and user, in the order of the document.
 */
export function relatedOf(tree: Tree): Branch {
  const found: Found = { ip: new Set(), hosts: new Set(), hash: new Set(), user: new Set() };
  const { observer: _own, ...others } = tree;
  visit(others, FIELD_TREE, found);
  return { ip: [...found.ip], hosts: [...found.hosts], hash: [...found.hash], user: [...found.user] };
}

function visit(value: Value, at: FieldNode, found: Found): void {
  if (typeof value === "string") return collect(value, at, found);
  if (typeof value !== "object") return;
  if (isList(value)) return value.forEach((item) => visit(item, at, found));
  for (const [key, inner] of Object.entries(value)) visit(inner, childOf(at, key), found);
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

function collect(text: string, { field }: FieldNode, found: Found): void {
  if (field === null) return;
  if (field.type === "ip") found.ip.add(text);
  // A host without a name is called by its address, which is in `related.ip` already.
  else if (NAMES.has(field.name) && canonicalAddress(text) === null) found.hosts.add(text);
  else if (HASHES.has(field.name)) found.hash.add(text);
  else if (field.name === "user.name") found.user.add(text);
}
