import type { DeclaredState } from "../domain/declaration.ts";
import { declaredState } from "./codecs/declared.ts";
import { decodeJson, encodeJson } from "./codecs/json.ts";
import type { Database, Write } from "./database.ts";
import { damagedRow } from "./store-error.ts";

/** The last good declarations, kept for the cycle in which a source cannot be read. */
export function declaredWriter(
  database: Database,
  snapshot: { readonly segment: string; readonly state: DeclaredState | null; readonly at: number },
): Write {
  if (snapshot.state === null) return () => {};
  const body = encodeJson(declaredState, snapshot.state);
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

export function readDeclared(database: Database, segment: string): DeclaredState | null {
  const row = database.one("SELECT body FROM declared_snapshot WHERE segment = ?", segment);
  if (row === null) return null;
  try {
    return decodeJson(declaredState, row["body"]);
  } catch (error) {
    throw damagedRow("declared_snapshot", segment, error);
  }
}
