import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { CATALOGUE } from "../domain/kinds/catalogue.ts";
import { type PortKey, portKey } from "../domain/network.ts";
import { allPortsOpen } from "./detectors/all-ports-open.ts";
import { bannerChanged } from "./detectors/banner-changed.ts";
import { certificateChanged } from "./detectors/certificate-changed.ts";
import { certificateRenewed } from "./detectors/certificate-renewed.ts";
import type { Detector } from "./detector.ts";
import { exposureFound } from "./detectors/exposure-found.ts";
import { flapping } from "./detectors/flapping.ts";
import { hostAppeared } from "./detectors/host-appeared.ts";
import { hostDisappeared } from "./detectors/host-disappeared.ts";
import { hostMoved } from "./detectors/host-moved.ts";
import { hostkeyChanged } from "./detectors/hostkey-changed.ts";
import { identityChanged } from "./detectors/identity-changed.ts";
import { joinDeclared } from "./join/join-declared.ts";
import { macChanged } from "./detectors/mac-changed.ts";
import { nameChanged } from "./detectors/name-changed.ts";
import { withoutConsequences } from "./join/one-endpoint.ts";
import { osShifted } from "./detectors/os-shifted.ts";
import { portClosed } from "./detectors/port-closed.ts";
import { portOpened } from "./detectors/port-opened.ts";
import { portsOpened } from "./join/ports-opened.ts";
import { serviceChanged } from "./detectors/service-changed.ts";
import { versionChanged } from "./detectors/version-changed.ts";
import { versionDowngraded } from "./detectors/version-downgraded.ts";

/** Every detector there is, in the order in which deviations are listed. */
export const DETECTORS: readonly Detector[] = [
  hostAppeared,
  hostDisappeared,
  hostMoved,
  identityChanged,
  macChanged,
  nameChanged,
  osShifted,
  exposureFound,
  allPortsOpen,
  flapping,
  portOpened,
  portClosed,
  serviceChanged,
  versionChanged,
  versionDowngraded,
  bannerChanged,
  certificateChanged,
  certificateRenewed,
  hostkeyChanged,
];

/** What declarations say of this cycle. */
export interface Declared {
  readonly deviations: readonly Deviation[];
  /** By host id: open ports that are as declared. */
  readonly expected: ReadonlyMap<string, ReadonlySet<PortKey>>;
}

const NOTHING_DECLARED: Declared = { deviations: [], expected: new Map() };

/**
 * Everything that differs from the baseline in this cycle, one deviation per fact, joined with what declarations say.
 * A deviation returns in every cycle in which the settled state differs from the reference.
 */
export function detect(view: CycleView, declared: Declared = NOTHING_DECLARED): readonly Deviation[] {
  // What a middlebox answers for everybody says nothing about any of them.
  if (view.vantage.problems.includes("path-intercepted")) return [];
  const found = DETECTORS.flatMap((detector) => detector.detect(view));
  const news = found.filter((d) => !isExpected(d, declared));
  const facts = withoutConsequences(view, joinDeclared(view, news, declared.deviations));
  return portsOpened(view, facts, declared.expected);
}

function isExpected({ kind, host, port }: Deviation, { expected }: Declared): boolean {
  if (CATALOGUE[kind].appears !== "port" || host === null || port === null) return false;
  return expected.get(host.id)?.has(portKey(port)) === true;
}
