import { saveDashboard } from "./dashboard.ts";
import { EXPOSURE } from "./dashboards/exposure.ts";
import { HEALTH } from "./dashboards/health.ts";
import { HOST } from "./dashboards/host.ts";
import { OVERVIEW } from "./dashboards/overview.ts";
import { dataViews } from "./data-views.ts";
import { searches } from "./searches.ts";

export const KIBANA_FILE = "config/kibana/tripline.ndjson";

/** The file as Kibana imports it: one object per line, what is referred to first, at the end the counts of an export. */
export function kibanaBundle(): string {
  const objects = [...dataViews(), ...searches(), ...[HOST, OVERVIEW, EXPOSURE, HEALTH].map(saveDashboard)];
  const counts = {
    excludedObjects: [],
    excludedObjectsCount: 0,
    exportedCount: objects.length,
    missingRefCount: 0,
    missingReferences: [],
  };
  return [...objects, counts].map((line) => `${JSON.stringify(line)}\n`).join("");
}
