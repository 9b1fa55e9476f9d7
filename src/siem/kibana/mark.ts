/** Edition of what we install into Kibana; raised when a dashboard, a search or a data view changes. */
export const CONTENT_VERSION = "1.0";

/** What is written into the description of an object: whose it is, its edition, and a digest of its content. */
export interface ContentMark {
  readonly version: string;
  readonly digest: string;
}

export function contentMark(digest: string): string {
  return `[Tripline content ${CONTENT_VERSION}, ${digest}]`;
}

const MARK = /\[Tripline content (\d+\.\d+), ([0-9a-f]+)\]/;

/** Null: the text is not one of ours, or somebody took the mark out. */
export function readMark(description: string): ContentMark | null {
  const found = MARK.exec(description);
  const [, version, digest] = found ?? [];
  return version === undefined || digest === undefined ? null : { version, digest };
}
