import { type MonthOptions, measureMonth } from "./month.ts";
import { rivalsOf } from "./rivals/rivals.ts";

/** What a process of its own measures: a month of the product, or simple rules on the scans of the same month. */
export interface Task {
  readonly what: "month" | "rivals";
  readonly month: MonthOptions;
}

/** The task as JSON in the first argument, the record as JSON on standard output. */
const { what, month } = JSON.parse(process.argv[2] ?? "") as Task;
process.stdout.write(JSON.stringify(what === "month" ? await measureMonth(month) : await rivalsOf(month)));
