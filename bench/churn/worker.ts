import { type MonthOptions, measureMonth } from "./month.ts";

/** A month in a process of its own: options as JSON in the first argument, the record as JSON on standard output. */
const options = JSON.parse(process.argv[2] ?? "") as MonthOptions;
process.stdout.write(JSON.stringify(await measureMonth(options)));
