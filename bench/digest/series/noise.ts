import { PLAIN } from "../../noise/plain.ts";
import { ROWS } from "../../noise/rows.ts";
import { type Series, scans } from "./series.ts";

/** Every row of the noise suite. */
export const NOISE: readonly Series[] = ROWS.map((row) =>
  scans(`noise row ${row.n}: ${row.title}`, [PLAIN.scanXml(0, PLAIN.hosts), row.second(PLAIN)]),
);
