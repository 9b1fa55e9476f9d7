import type { EvaluatedState } from "../domain/declaration.ts";
import { evaluatedState } from "./codecs/declarations.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import type { Database, Write } from "./database.ts";
import { damagedRow } from "./store-error.ts";

/** The declarations as last evaluated: what is compared with next time, also while a source cannot be read. */
export function declaredWriter(
  database: Database,
  snapshot: { readonly segment: string; readonly state: EvaluatedState | null; readonly at: number },
): Write {
  if (snapshot.state === null) return () => {};
  const body = encodeJson(evaluatedState, snapshot.state);
  return () => {
    database.run(
      `INSERT INTO declared_snapshot (segment, at, body) VALUES (?, ?, ?)
       ON CONFLICT (segment) DO UPDATE SET at = excluded.at, body = excluded.body`,
      snapshot.segment,
      snapshot.at,
      body,
    );
  };
}

export function readDeclared(database: Database, segment: string): EvaluatedState | null {
  const row = database.one("SELECT body FROM declared_snapshot WHERE segment = ?", segment);
  if (row === null) return null;
  try {
    return decodeJson(evaluatedState, row["body"]);
  } catch (error) {
    throw damagedRow("declared_snapshot", segment, error);
  }
}
