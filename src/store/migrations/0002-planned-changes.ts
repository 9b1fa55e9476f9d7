/** Work that was announced, and the files of the drop folder that were read: each only once. */
export const plannedChanges = `
CREATE TABLE planned_change (
  id TEXT NOT NULL PRIMARY KEY,
  segment TEXT NOT NULL,
  state TEXT NOT NULL,
  announced_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX planned_change_by_time ON planned_change (segment, announced_at);

CREATE TABLE change_file (
  name TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
