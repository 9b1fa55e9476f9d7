import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { firstDifferent, type Played } from "./compare.ts";
import { ALL_SERIES, digestOf, EXPECTED, type EventsDigest, eventsOf, expectedDigest } from "./digest.ts";

/**
 * `make events-digest`: one value for all that the program says of recorded scans, to see whether a change of the code
 * changed an event. `--write FILE` keeps every canonical event, `--compare FILE` names the first one that differs from
 * such a file, `--only TEXT` plays the series whose name has that text, `--expect` stores what the tests expect.
 */
const { values } = parseArgs({
  options: {
    write: { type: "string" },
    compare: { type: "string" },
    only: { type: "string", default: "" },
    expect: { type: "boolean", default: false },
  },
});

const played: Record<string, readonly string[]> = {};
for (const series of ALL_SERIES.filter((one) => one.name.includes(values.only))) {
  played[series.name] = await eventsOf(series);
}
const found = digestOf(played);
print(found);
if (values.write !== undefined) writeFileSync(values.write, `${JSON.stringify(played, null, 1)}\n`);
if (values.expect) writeFileSync(EXPECTED, `${JSON.stringify(found, null, 2)}\n`);
const wrong = [...differentSeries(found), ...(values.compare === undefined ? [] : compared(values.compare))];
console.log(wrong.length === 0 ? "as expected" : wrong.join("\n"));
if (wrong.length > 0) process.exitCode = 1;

function print({ digest, events, actions, series }: EventsDigest): void {
  for (const [name, one] of Object.entries(series)) console.log(`${one.slice(0, 16)}  ${name}`);
  console.log();
  for (const [action, n] of Object.entries(actions)) console.log(`${String(n).padStart(7)}  ${action}`);
  console.log(`\n${events} events of ${Object.keys(series).length} series\nsha256 ${digest}`);
}

function differentSeries({ series }: EventsDigest): readonly string[] {
  const expected = expectedDigest().series;
  return Object.keys(series)
    .filter((name) => series[name] !== expected[name])
    .map((name) => `${expected[name] === undefined ? "new, not expected" : "not as expected"}: ${name}`);
}

function compared(file: string): readonly string[] {
  const difference = firstDifferent(JSON.parse(readFileSync(file, "utf8")) as Played, played);
  return difference === null ? [] : ["", difference];
}
