/**
 * What a scan guessed about the operating system of a host, apart from the rest of what it saw: the guess differs from scan
 * to scan, and a host that otherwise stayed the same was stored again with each. `used_at` is the start of the last run
 * that named it.
 */
export const observedSystems = `
CREATE TABLE observed_system (
  id INTEGER PRIMARY KEY,
  facts TEXT NOT NULL UNIQUE,
  used_at INTEGER NOT NULL
) STRICT;
ALTER TABLE observation ADD COLUMN system INTEGER;
`;
