/** What taking an accept back needs, for as long as it may be taken back. */
export const acceptUndo = `
CREATE TABLE accept_undo (
  anomaly_id TEXT NOT NULL PRIMARY KEY,
  segment TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
`;
