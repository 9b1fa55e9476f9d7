import type { HostBaseline } from "./baseline.ts";

/** What taking an accept back needs: the hosts that it changed, of each only the ports and fields that it changed. */
export interface AcceptUndo {
  readonly anomalyId: string;
  readonly segment: string;
  /** UTC ms of the accept. */
  readonly at: number;
  readonly hosts: readonly AcceptedHost[];
}

export interface AcceptedHost {
  readonly before: HostBaseline;
  readonly after: HostBaseline;
}
