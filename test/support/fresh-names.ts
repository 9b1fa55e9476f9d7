import { randomBytes } from "node:crypto";

/**
 * Servers are shared by a whole run and data streams cannot be deleted on every Elasticsearch,
 * so each test writes where nobody wrote before.
 */
export function freshTopicPrefix(): string {
  return `t${token()}`;
}

/** Valid as the last part of a data stream's name: lower case, no dash. */
export function freshNamespace(): string {
  return `n${token()}`;
}

function token(): string {
  return randomBytes(5).toString("hex");
}
