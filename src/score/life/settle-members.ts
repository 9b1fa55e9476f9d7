import type { Anomaly, GroupMember, Standing } from "../../domain/anomaly.ts";
import type { SegmentBaseline } from "../../domain/baseline.ts";
import type { CycleContext } from "../../domain/cycle.ts";
import { CATALOGUE } from "../../domain/kinds/catalogue.ts";

interface Evidence {
  readonly context: Pick<CycleContext, "endedAt">;
  readonly baseline: Pick<SegmentBaseline, "hosts">;
  readonly degraded: boolean;
  readonly standing: (anomaly: Anomaly) => Standing;
}

/**
 * Open groups with what is known of each member now: one that is normal again and changes once more later is news, not
 * a member that was told already. `seen`: ids of what deviates in this cycle. Anomalies that stay as they are, are the
 * same objects.
 */
export function withSettledMembers(
  live: readonly Anomaly[],
  seen: ReadonlySet<string>,
  input: Evidence,
): readonly Anomaly[] {
  if (input.degraded) return live;
  return live.map((anomaly) => {
    const { group } = anomaly;
    if (group === null) return anomaly;
    const isOver = (member: GroupMember) =>
      !seen.has(member.anomalyId) &&
      (isForgotten(member, anomaly, input) ||
        input.standing({ ...anomaly, group: { ...group, members: [member] } }) === "gone");
    const members = group.members.map((member) =>
      member.over === undefined && isOver(member) ? { ...member, over: input.context.endedAt } : member,
    );
    return members.every((member, i) => member === group.members[i])
      ? anomaly
      : { ...anomaly, group: { ...group, members } };
  });
}

/** A host that was away for so long that nobody knows it any more does not come back as the same. */
function isForgotten({ hostId }: GroupMember, { group, kind }: Anomaly, { baseline }: Evidence): boolean {
  return CATALOGUE[group?.kind ?? kind].gone.when === "host-answers" && !baseline.hosts.has(hostId);
}
