/**
 * The first schema. All tables are STRICT, times are UTC milliseconds, nested values are JSON text checked by the
 * codecs. What every scan moves on a host is in the small rows of `host`; its fields, evidence and ports are one text in
 * `host_memory`, relative to that row, so that it is written only when the host changed (codecs/host.ts).
 */
export const initial = `
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  name TEXT NOT NULL PRIMARY KEY,
  scan_counter INTEGER NOT NULL,
  scans INTEGER NOT NULL,
  started_at INTEGER,
  last_scan_at INTEGER,
  comparability TEXT NOT NULL,
  vantage TEXT NOT NULL,
  classes TEXT NOT NULL
) STRICT;

CREATE TABLE cycle (
  id TEXT NOT NULL PRIMARY KEY,
  segment TEXT NOT NULL,
  profile TEXT NOT NULL,
  state TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  scan_number INTEGER NOT NULL,
  learning_changes INTEGER NOT NULL,
  summary TEXT,
  vantage TEXT,
  plan TEXT
) STRICT;
CREATE INDEX cycle_by_time ON cycle (segment, started_at);

CREATE TABLE shard (
  cycle_id TEXT NOT NULL REFERENCES cycle (id) ON DELETE CASCADE,
  n INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  hosts_up INTEGER NOT NULL,
  hosts_down INTEGER NOT NULL,
  hosts_timed_out INTEGER NOT NULL,
  port_states TEXT NOT NULL,
  srtt_micros REAL,
  PRIMARY KEY (cycle_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE nmap_run (
  cycle_id TEXT NOT NULL,
  shard INTEGER NOT NULL,
  n INTEGER NOT NULL,
  phase TEXT NOT NULL,
  completeness TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  raw_path TEXT,
  raw_sha256 TEXT,
  facts TEXT NOT NULL,
  PRIMARY KEY (cycle_id, shard, n),
  FOREIGN KEY (cycle_id, shard) REFERENCES shard (cycle_id, n) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE port_set (id INTEGER PRIMARY KEY, ports TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE observation_content (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, facts TEXT NOT NULL) STRICT;

CREATE TABLE observation (
  cycle_id TEXT NOT NULL,
  shard INTEGER NOT NULL,
  n INTEGER NOT NULL,
  position INTEGER NOT NULL,
  address TEXT NOT NULL,
  observed_at INTEGER NOT NULL,
  srtt_micros REAL,
  coverage TEXT NOT NULL,
  content INTEGER NOT NULL REFERENCES observation_content (id),
  PRIMARY KEY (cycle_id, shard, n, position),
  FOREIGN KEY (cycle_id, shard, n) REFERENCES nmap_run (cycle_id, shard, n) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX observation_by_content ON observation (content);

CREATE TABLE host (
  host_id TEXT NOT NULL PRIMARY KEY,
  segment TEXT NOT NULL,
  address TEXT NOT NULL,
  known INTEGER NOT NULL,
  up INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  covered INTEGER NOT NULL,
  first_scan INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_scan INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  os_asked_at INTEGER,
  coverage TEXT NOT NULL
) STRICT;
CREATE INDEX host_by_segment ON host (segment, host_id);

CREATE TABLE host_memory (
  host_id TEXT NOT NULL PRIMARY KEY REFERENCES host (host_id) ON DELETE CASCADE,
  memory TEXT NOT NULL
) STRICT;

CREATE TABLE observation_mark (
  host_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  segment TEXT NOT NULL,
  digest TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (host_id, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE anomaly (
  id TEXT NOT NULL PRIMARY KEY,
  segment TEXT NOT NULL,
  host_id TEXT,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  episode INTEGER NOT NULL,
  score REAL NOT NULL,
  opened_cycle TEXT NOT NULL,
  last_cycle TEXT NOT NULL,
  last_seen INTEGER NOT NULL,
  last_event_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX anomaly_by_time ON anomaly (segment, last_event_at);

CREATE TABLE mute (id TEXT NOT NULL PRIMARY KEY, until INTEGER NOT NULL, body TEXT NOT NULL) STRICT;

CREATE TABLE audit (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  anomaly_id TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TABLE acceptance (
  audit_id TEXT NOT NULL PRIMARY KEY REFERENCES audit (id),
  object TEXT NOT NULL,
  anomaly_id TEXT,
  until INTEGER,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE declared_snapshot (segment TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE,
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  namespace TEXT NOT NULL,
  severity TEXT,
  bytes INTEGER NOT NULL,
  digest TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE sink (
  name TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  acked_seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  attempt INTEGER NOT NULL,
  last_ok_at INTEGER,
  last_error TEXT
) STRICT;

CREATE TABLE dead_letter (
  sink TEXT NOT NULL,
  event_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  at INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (sink, event_id)
) STRICT;

CREATE TABLE gap (
  id INTEGER PRIMARY KEY,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  stream TEXT,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE resend (
  sink TEXT NOT NULL,
  event_id TEXT NOT NULL,
  source TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (sink, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX resend_by_event ON resend (event_id);
`;
