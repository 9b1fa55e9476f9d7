import { childrenOf, rawAttribute } from "../xml/element.ts";
import type { XmlElement } from "../xml/xml-element.ts";

/** `<table key="…">` inside a script or a table. */
export function subtable(parent: XmlElement | undefined, key: string): XmlElement | undefined {
  return parent === undefined ? undefined : childrenOf(parent, "table").find((t) => rawAttribute(t, "key") === key);
}

/** Raw text of `<elem key="…">`. */
export function leaf(table: XmlElement | undefined, key: string): string | undefined {
  return table?.children.find((child) => child.name === "elem" && rawAttribute(child, "key") === key)?.text;
}
