/** A document as a consumer meets it: plain JSON about which our types promise nothing. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

export function read(body: string | undefined): Loose {
  return JSON.parse(body ?? "{}");
}
