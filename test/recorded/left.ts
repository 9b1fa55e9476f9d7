import path from "node:path";
import { DatabaseSync } from "node:sqlite";

/** An event as a reader gets it: as much of it as tests ask for. */
export interface ReadEvent {
  readonly "@timestamp": string;
  readonly message: string;
  readonly tags?: readonly string[];
  readonly event: {
    readonly id: string;
    readonly action: string;
    readonly kind: string;
    readonly start?: string;
    readonly end?: string;
    readonly duration?: number;
    readonly reference?: string;
  };
  readonly host?: {
    readonly id: string;
    readonly name: string;
    readonly ip: readonly string[];
    readonly mac?: readonly string[];
    readonly os?: { readonly family?: string; readonly full?: string };
  };
  readonly server?: { readonly ip: string; readonly port?: number };
  readonly service?: { readonly name?: string; readonly state?: string; readonly address?: string };
  // Whatever a test asks of our own object, it names itself.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly tripline: any;
}

/** Every event in the outbox of a state, in the order in which they leave. */
export function eventsLeft(state: string): readonly ReadEvent[] {
  const database = new DatabaseSync(path.join(state, "tripline.db"), { readOnly: true });
  try {
    const rows = database.prepare("SELECT body FROM outbox ORDER BY seq").all();
    return rows.map((row) => JSON.parse(String(row["body"])) as ReadEvent);
  } finally {
    database.close();
  }
}
