import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Closed anomalies, each a copy of one that the state has, of a host and a port of its own: nothing finds them again. */
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
      const values = names.map((name) => copied(row[name] ?? null, old, id));
      insert.run(...values.map((value, i) => (names[i] === "state" ? "resolved" : value)));
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
