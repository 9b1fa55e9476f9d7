/** A control: something that must be as it always is if the vantage works. */
export interface VantageControl {
  readonly name: "link" | "route" | "gateway" | "self-test" | "sentinels";
  readonly result: "ok" | "failed" | "not-applicable";
  /** What was seen instead, or why there is no such control here. */
  readonly detail: string | null;
}

/** One way into the network, as this machine itself tells it; `null` fields where it is unknown. */
export interface RouteLook {
  /** The target the way leads to; it stands for its neighbourhood. */
  readonly to: string;
  readonly reachable: boolean;
  readonly device: string | null;
  /** The address our packets carry. */
  readonly source: string | null;
  readonly sourceMac: string | null;
  /** Null = on the local link. */
  readonly gateway: string | null;
  readonly linkUp: boolean | null;
  /** Whether the next hop resolves to a MAC address; null on the local link. */
  readonly gatewayState: "answers" | "silent" | null;
  readonly gatewayMac: string | null;
}

/** The vantage at one moment, before or after a scan. */
export interface VantageLook {
  /** One per neighbourhood of the targets, in the order of the targets; the first names the vantage. */
  readonly routes: readonly RouteLook[];
  readonly selfTest: VantageControl;
}

/** What a scan sees depends on where it comes from: the first route of a look. */
export interface VantagePlace {
  readonly sourceAddress: string | null;
  readonly mac: string | null;
  readonly gatewayMac: string | null;
}

export function vantagePlace(look: VantageLook): VantagePlace {
  const [first] = look.routes;
  return {
    sourceAddress: first?.source ?? null,
    mac: first?.sourceMac ?? null,
    gatewayMac: first?.gatewayMac ?? null,
  };
}
