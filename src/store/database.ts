import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Mark, MarkFile } from "./mark.ts";
import type { Cells, Row } from "./rows.ts";
import { integer } from "./rows.ts";
import { assertSynchronous } from "./settings.ts";
import { StoreError, translated } from "./store-error.ts";

export type Value = SQLInputValue;
/** What runs inside a commit; gets its number. Everything it writes was serialised when it was made. */
export type Write = (counter: number) => void;

/** One connection with reused statements. Reads may be done at any time, writes only inside {@link commit}. */
export interface Database {
  /** Rows changed. */
  run(sql: string, ...values: readonly Value[]): number;
  /** The same statement for each row: for 10,000 rows in one commit. */
  batch(sql: string, rows: readonly (readonly Value[])[]): void;
  one(sql: string, ...values: readonly Value[]): Row | null;
  all(sql: string, ...values: readonly Value[]): readonly Row[];
  /** As {@link all}, one array per row: a third of the time where rows are counted in 100,000. */
  cells(sql: string, ...values: readonly Value[]): readonly Cells[];
  /**
   * The only way to write: one BEGIN IMMEDIATE … COMMIT around `work`, which must have serialised everything before.
   * `work` gets the number of this commit. Either all of it is durable when this returns, or a throw means nothing is.
   */
  commit<T>(work: (counter: number) => T): T;
  mark(): Mark;
  /** False after an I/O error or damage: only a restart helps. */
  usable(): boolean;
  close(): void;
}

export interface DatabaseParts {
  readonly connection: DatabaseSync;
  /** Null for readers. */
  readonly markFile: MarkFile | null;
}

export function openDatabase(parts: DatabaseParts): Database {
  const { connection } = parts;
  const state = { usable: true, asserted: false };
  const prepared = statementCache(connection);
  const guarded = <T>(work: () => T): T => {
    if (!state.usable) throw new StoreError("failed", "the store failed before; restart to check it");
    try {
      return work();
    } catch (error) {
      const ours = translated(error);
      if (ours instanceof StoreError && (ours.kind === "io" || ours.kind === "damaged") && ours !== error)
        state.usable = false;
      throw ours;
    }
  };
  const mark = (): Mark => guarded(() => readCounters(prepared));
  return {
    run: (sql, ...values) => guarded(() => Number(prepared(sql).run(...values).changes)),
    batch: (sql, rows) => guarded(() => runEach(prepared(sql), rows)),
    one: (sql, ...values) => guarded(() => prepared(sql).get(...values) ?? null),
    all: (sql, ...values) => guarded(() => prepared(sql).all(...values)),
    cells: (sql, ...values) => guarded(() => asCells(prepared(sql, true), values)),
    commit: (work) => {
      if (parts.markFile === null) throw new StoreError("read-only", "this store was opened for reading only");
      const result = guarded(() => transaction(connection, () => work(raiseCounter(prepared))));
      if (!state.asserted) assertSynchronous(connection);
      state.asserted = true;
      keepMark(parts.markFile, mark());
      return result;
    },
    mark,
    usable: () => state.usable,
    close: () => closeAll(parts),
  };
}

/** SQLITE_FULL has rolled back already when it is reported; a second ROLLBACK would throw and hide it. */
export function transaction<T>(connection: DatabaseSync, work: () => T): T {
  connection.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    connection.exec("COMMIT");
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

type Prepare = (sql: string, asArrays?: boolean) => StatementSync;

function statementCache(connection: DatabaseSync): Prepare {
  const kept = new Map<string, StatementSync>();
  return (sql, asArrays = false) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const statement = connection.prepare(sql);
    statement.setReturnArrays(asArrays);
    kept.set(sql, statement);
    return statement;
  };
}

function runEach(statement: StatementSync, rows: readonly (readonly Value[])[]): void {
  for (const row of rows) statement.run(...row);
}

function asCells(statement: StatementSync, values: readonly Value[]): readonly Cells[] {
  // With setReturnArrays the rows are arrays; the type of `all` knows only objects.
  const rows: readonly unknown[] = statement.all(...values);
  return rows.filter((row): row is Cells => Array.isArray(row));
}

function raiseCounter(prepared: Prepare): number {
  const row = prepared("UPDATE meta SET value = value + 1 WHERE key = 'commit_counter' RETURNING value").get();
  return integer(row?.["value"]);
}

function readCounters(prepared: Prepare): Mark {
  const row = prepared(
    "SELECT (SELECT value FROM meta WHERE key = 'epoch') AS epoch, (SELECT value FROM meta WHERE key = 'commit_counter') AS counter",
  ).get();
  return { epoch: integer(row?.["epoch"]), counter: integer(row?.["counter"]) };
}

/** The commit is durable by now: a mark that cannot be written must not make it look failed. */
function keepMark(file: MarkFile, mark: Mark): void {
  try {
    file.write(mark);
  } catch {
    // A mark that lags is harmless; the next commit writes it again.
  }
}

function closeAll(parts: DatabaseParts): void {
  try {
    if (parts.markFile !== null) parts.connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // A reader or a full disk may hold the log back: it stays valid and is read at the next start.
  }
  parts.markFile?.close();
  parts.connection.close();
}
