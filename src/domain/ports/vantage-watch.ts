import type { VantageLook } from "../vantage.ts";

/** Looks at the sensor itself: its link, its routes, its gateway, and whether nmap finds what is surely there. */
export interface VantageWatch {
  /** Never throws: what cannot be found out is said so. */
  look(signal: AbortSignal): Promise<VantageLook>;
}

/** The watch over one cycle: how the sensor looked when the tick came, and a second look after the scan. */
export interface CycleWatch {
  readonly before: VantageLook;
  after(signal: AbortSignal): Promise<VantageLook>;
}
