import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const TWO_YEARS_MS = 2 * 365 * 86_400_000;

/** Closed anomalies of the last two years, each a copy of one that the state has under an id that nothing finds again. */
export function addClosed(state: string, count: number): void {
  const database = new DatabaseSync(join(state, "tripline.db"));
  try {
    const row = database.prepare("SELECT * FROM anomaly LIMIT 1").get();
    if (row === undefined) throw new Error("the state has no anomaly to copy");
    const names = Object.keys(row);
    const insert = database.prepare(
      `INSERT INTO anomaly (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    );
    const old = String(row["id"]);
    database.exec("BEGIN");
    for (let n = 0; n < count; n++) {
      const id = idOf(n);
      const at = Number(row["last_seen"]) - Math.round((n / count) * TWO_YEARS_MS);
      const values = names.map((name) => copied(row[name] ?? null, old, id));
      insert.run(
        ...values.map((value, i) => (names[i] === "state" ? "resolved" : names[i] === "last_seen" ? at : value)),
      );
    }
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}

type Value = string | number | bigint | NodeJS.ArrayBufferView | null;

function copied(value: Value, old: string, id: string): Value {
  return typeof value === "string"
    ? value.replaceAll(old, id).replaceAll('"state":"open"', '"state":"resolved"')
    : value;
}

/** 26 characters of the alphabet of ids. */
function idOf(n: number): string {
  const bytes = createHash("sha256").update(`crowd ${n}`).digest();
  return Array.from(bytes.subarray(0, 26), (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte & 31]).join("");
}
