/**
 * One element with its children in document order. Attribute values and text are raw: one character per byte,
 * entities not decoded.
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}
