import type { Label } from "../../types.ts";
import type { Fleet } from "../fleet.ts";
import type { Draft, Machine } from "../machine.ts";
import type { Random } from "../random.ts";

/** One thing that becomes different on a machine, whoever does it. */
export interface Alteration {
  readonly ports: readonly string[];
  readonly right: Label["right"];
  readonly edit: (draft: Draft) => void;
  /** What brings it back to where it was. */
  readonly undo: (draft: Draft) => void;
}

export interface Scene {
  readonly machine: Machine;
  /** The machine as it is just then. */
  readonly draft: Draft;
  readonly fleet: Fleet;
  readonly chance: Random;
  /** Whether the scans ask this TCP port: what nobody can see is no label. */
  readonly asks: (number: number) => boolean;
  /** UTC ms. */
  readonly now: number;
}

/** Null where the machine has nothing of the kind. */
export type Alter = (scene: Scene) => Alteration | null;
