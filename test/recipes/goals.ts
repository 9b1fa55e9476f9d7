/**
 * How many files a person may touch for each change that docs/contributing has a page for: one folder or file, one
 * registry line, its test. Generated files are not counted.
 */
export const GOALS: ReadonlyMap<string, number> = new Map([
  ["command", 3],
  ["compared-field", 4],
  ["configuration-key", 2],
  ["detector", 4],
  ["nse-script", 3],
  ["reader", 3],
  ["renderer", 2],
  ["score-weight", 1],
  ["sink", 3],
]);
