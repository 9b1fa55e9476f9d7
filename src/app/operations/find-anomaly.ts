import type { Anomaly } from "../../domain/anomaly.ts";
import { type Membership, membershipsOf } from "../../domain/members.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { openingMessage } from "../../score/words/message.ts";
import type { OperationFailure } from "../failure.ts";
import type { Desk } from "./operation.ts";

type Site = Pick<Desk, "store" | "loaded">;

/** An anomaly, or a member of one; `memberOf`: what stands for it, or null. */
export interface Found {
  readonly anomaly: Anomaly;
  readonly memberOf: Anomaly | null;
}

/** The one anomaly whose id begins so. People copy eight characters, programs all 26. */
export async function anomalyByPrefix(site: Site, prefix: string): Promise<Result<Anomaly, OperationFailure>> {
  const exact = await site.store.history.anomaly(prefix);
  if (exact !== null) return ok(exact);
  const all = await allOf(site);
  const matches = all.filter((anomaly) => anomaly.id.startsWith(prefix));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return ok(only);
  const [part] = matches.length === 0 ? membershipsOf(all, prefix) : [];
  return err(part === undefined ? notFound(prefix, matches.length) : isMember(part));
}

/** The same, where members of groups are looked up too. Of a member that was told alone, that anomaly. */
export async function anomalyOrMember(site: Site, prefix: string): Promise<Result<Found, OperationFailure>> {
  const all = await allOf(site);
  const parts = new Map(membershipsOf(all, prefix).map((one) => [one.member.id, one]));
  const alone = all.filter((anomaly) => anomaly.id.startsWith(prefix));
  const ids = new Set([...alone.map((anomaly) => anomaly.id), ...parts.keys()]);
  const [id] = ids.has(prefix) ? [prefix] : ids;
  if (id === undefined || (ids.size > 1 && id !== prefix)) return err(notFound(prefix, ids.size));
  const part = parts.get(id);
  const own = alone.find((anomaly) => anomaly.id === id);
  if (own !== undefined) return ok({ anomaly: own, memberOf: part?.group ?? null });
  return part === undefined ? err(notFound(prefix, 0)) : ok({ anomaly: worded(part), memberOf: part.group });
}

function allOf({ store, loaded }: Site): Promise<readonly Anomaly[]> {
  return store.history.anomalies({ segment: loaded.config.segment, states: null, since: null });
}

function worded({ member }: Membership): Anomaly {
  return { ...member, message: openingMessage(member) };
}

function notFound(prefix: string, matches: number): OperationFailure {
  const what = matches === 0 ? `no anomaly has the id "${prefix}"` : `${matches} anomalies begin with "${prefix}"`;
  const fix = matches === 0 ? "List them with tripline anomalies list --all." : "Give more characters of the id.";
  return { code: "TL601", exit: 2, what, effect: "Nothing was changed.", fix };
}

/** Members share what is decided about their group. */
function isMember({ member, group }: Membership): OperationFailure {
  const short = group.id.slice(0, 8);
  return {
    code: "TL601",
    exit: 2,
    what: `${member.id} is a member of the anomaly ${group.id} and none of its own`,
    effect: "Nothing was changed.",
    fix: `Use the id of the anomaly, which stands for all of them: tripline explain ${short}.`,
  };
}
