import type { HostBaseline } from "../../domain/baseline.ts";
import type { CycleView } from "../../domain/cycle.ts";
import { absentHostRef } from "../../domain/host-ref.ts";
import { absences } from "../../domain/presence.ts";
import { hostRole } from "../../domain/role.ts";
import { type Answering, answersNow, knownHosts } from "../compare/host-answers.ts";
import { aboutHost, isConfirmed, presenceHistory } from "../compare/host-found.ts";
import { leaf } from "../compare/port-facts.ts";
import type { Found } from "../detector.ts";

/** Hosts that come and go in a way that their rhythm does not explain: nights and weekends off are no changes. */
export function unsteadyHosts(view: CycleView): readonly Omit<Found, "target" | "from" | "to" | "mature">[] {
  if (!view.mature) return [];
  return knownHosts(view)
    .filter((at) => answersNow(view, at)?.flapping === true)
    .map((at) => judge(view, at));
}

function judge(view: CycleView, at: Answering): Omit<Found, "target" | "from" | "to" | "mature"> {
  const { known } = at;
  const { away } = absences(known);
  return {
    ...about(view, at),
    subject: "presence",
    before: whoItIs(known),
    after: { state: at.host === undefined ? "gone" : "up" },
    confirmed: isConfirmed(view, true),
    evidence: at.host === undefined ? "no-response" : null,
    history: { ...presenceHistory(view, known, away), changes: away },
    role: hostRole(known, view.context.roles),
  };
}

function about(view: CycleView, { host, known }: Answering): Pick<Found, "host" | "observedAt"> {
  if (host !== undefined) return aboutHost(view, host);
  return { host: absentHostRef(known, view.context.tags), observedAt: view.context.endedAt };
}

function whoItIs(known: HostBaseline): Found["before"] {
  return {
    state: known.current,
    ip: known.address,
    ...leaf("mac", known.fields.get("mac")?.value),
    ...leaf("dns_name", known.fields.get("name")?.value),
  };
}
