/** Why news is for information only, for now or for good. */
export type Excuse =
  | {
      readonly kind: "change";
      readonly id: string;
      readonly ticket: string;
      readonly by: string;
      readonly until: number;
      /** False: it is judged again when the change ends. */
      readonly learned: boolean;
    }
  | {
      readonly kind: "maintenance";
      /** The window as the configuration says it. */
      readonly window: string;
      readonly until: number;
    };
