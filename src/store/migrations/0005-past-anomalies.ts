/**
 * A cycle reads the anomalies that still matter as a whole and asks for single ones of the past: by id, or where a port opened
 * before. A row that is damaged has no port here, so that it does not hold back the others.
 */
export const pastAnomalies = `
CREATE INDEX anomaly_in_effect ON anomaly (segment, id) WHERE state IN ('open', 'muted', 'accepted', 'closed');
CREATE INDEX anomaly_over_by_port ON anomaly (
  segment,
  CASE WHEN json_valid(body) THEN json_extract(body, '$.port.number') END,
  CASE WHEN json_valid(body) THEN json_extract(body, '$.firstSeen') END
) WHERE state = 'resolved';
`;
