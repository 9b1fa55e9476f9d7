import { z } from "zod";
import { scopeTest } from "../../config/settings.ts";
import type { PlannedChange } from "../../domain/planned-change.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { OperationFailure } from "../failure.ts";
import { type Announcement, changeOf } from "./announcement.ts";
import type { Desk } from "./operation.ts";
import { commitChange } from "./operator-commit.ts";

export const ANNOUNCED = z.object({ id: z.string(), until: z.number(), ticket: z.string() });

/** News of work that is about to be done is explained by its ticket and learned. */
export function announce(desk: Desk, said: Announcement): Promise<Result<z.infer<typeof ANNOUNCED>, OperationFailure>> {
  return announceFrom(desk, said, "cli");
}

export async function announceFrom(
  desk: Desk,
  said: Announcement,
  origin: string,
): Promise<Result<z.infer<typeof ANNOUNCED>, OperationFailure>> {
  const { config } = desk.loaded;
  const { segment, targets, exclude, tags } = config;
  const { cycles } = desk.store;
  const changes = await cycles.loadChanges(segment);
  const made = changeOf(said, {
    segment,
    now: desk.runtime.clock.now(),
    origin,
    lastScanAt: await cycles.lastScanAt(segment),
    inScope: scopeTest(desk.loaded),
    targets,
    exclude,
    tags: new Set(tags.flatMap((rule) => rule.tags)),
    changes,
  });
  if (!made.ok) return made;
  const change = made.value;
  if (!changes.includes(change)) await commit(desk, change);
  return ok({ id: change.id, until: change.until, ticket: change.ticket });
}

async function commit(desk: Desk, change: PlannedChange): Promise<void> {
  const { by, ticket: reason, until } = change;
  const object = placeText(change);
  await commitChange(desk, { by, reason }, { kind: "change-announced", object, until, rows: { changes: [change] } });
}

/** `10.0.0.5, web: 8443, 9000-9010`. */
function placeText({ place, ports }: PlannedChange): string {
  const where = [...place.hosts, ...place.networks, ...place.groups].join(", ");
  const which = ports.map(({ transport, from, to }) => {
    const range = from === to ? String(from) : `${from}-${to}`;
    return transport === "tcp" ? range : `${range}/${transport}`;
  });
  return which.length === 0 ? where : `${where}: ${which.join(", ")}`;
}
