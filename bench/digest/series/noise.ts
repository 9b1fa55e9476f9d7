import { FIRST_SCAN, ROWS } from "../../noise/rows.ts";
import { type Series, scans } from "./series.ts";

/** Every row of the noise suite. */
export const NOISE: readonly Series[] = ROWS.map((row) =>
  scans(`noise row ${row.n}: ${row.title}`, [FIRST_SCAN(), row.second()]),
);
