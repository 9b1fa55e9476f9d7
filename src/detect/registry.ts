import type { CycleView } from "../domain/cycle.ts";
import type { Deviation } from "../domain/deviation.ts";
import { type PortKey, portKey } from "../domain/network.ts";
import { allPortsOpen } from "./all-ports-open.ts";
import { bannerChanged } from "./banner-changed.ts";
import { certificateChanged } from "./certificate-changed.ts";
import { certificateRenewed } from "./certificate-renewed.ts";
import type { Detector } from "./detector.ts";
import { hostAppeared } from "./host-appeared.ts";
import { hostDisappeared } from "./host-disappeared.ts";
import { hostMoved } from "./host-moved.ts";
import { hostkeyChanged } from "./hostkey-changed.ts";
import { identityChanged } from "./identity-changed.ts";
import { joinDeclared } from "./join-declared.ts";
import { macChanged } from "./mac-changed.ts";
import { nameChanged } from "./name-changed.ts";
import { withoutConsequences } from "./one-endpoint.ts";
import { osShifted } from "./os-shifted.ts";
import { portClosed } from "./port-closed.ts";
import { portOpened } from "./port-opened.ts";
import { portsOpened } from "./ports-opened.ts";
import { serviceChanged } from "./service-changed.ts";
import { versionChanged } from "./version-changed.ts";
import { versionDowngraded } from "./version-downgraded.ts";

/** Every detector there is, in the order in which deviations are listed. */
export const DETECTORS: readonly Detector[] = [
  hostAppeared,
  hostDisappeared,
  hostMoved,
  identityChanged,
  macChanged,
  nameChanged,
  osShifted,
  allPortsOpen,
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
  /** By host id: open ports that are as declared, which is no news. */
  readonly expected: ReadonlyMap<string, ReadonlySet<PortKey>>;
}

const NOTHING_DECLARED: Declared = { deviations: [], expected: new Map() };

/**
 * Everything that differs from the baseline in this cycle, one deviation per fact, joined with what declarations say.
 * A deviation returns in every cycle in which the settled state differs from the reference.
 */
export function detect(view: CycleView, declared: Declared = NOTHING_DECLARED): readonly Deviation[] {
  const found = DETECTORS.flatMap((detector) => detector.detect(view));
  const news = found.filter((d) => !isExpected(d, declared));
  const facts = withoutConsequences(view, joinDeclared(view, news, declared.deviations));
  return portsOpened(view, facts, declared.expected);
}

function isExpected({ kind, host, port }: Deviation, { expected }: Declared): boolean {
  if (kind !== "port-opened" || host === null || port === null) return false;
  return expected.get(host.id)?.has(portKey(port)) === true;
}
