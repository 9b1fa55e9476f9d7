/** How long a segment was watched; null in a state that did not count it yet. */
export const watched = `
ALTER TABLE segment ADD COLUMN watched_ms INTEGER;
`;
