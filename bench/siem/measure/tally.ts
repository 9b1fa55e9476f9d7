import { documentsOf, type Told } from "../story/tell.ts";

/** Documents of a story, by what a reader would group them by. */
export interface Tally {
  readonly documents: number;
  /** By data stream, such as `logs-tripline.anomaly-default`. */
  readonly streams: ReadonlyMap<string, number>;
  readonly alerts: number;
  /** From the first event to the last, as a search is given it. */
  readonly time: { readonly from: string; readonly to: string };
}

/** What every reader of the story must find again. */
export async function tallyOf(told: readonly Told[]): Promise<Tally> {
  const streams = new Map<string, number>();
  let alerts = 0;
  let [from, to] = ["9", ""];
  for await (const document of documentsOf(told)) {
    const { data_stream, event, "@timestamp": at } = document as Body;
    [from, to] = [at < from ? at : from, at > to ? at : to];
    count(streams, `${data_stream.type}-${data_stream.dataset}-${data_stream.namespace}`);
    if (event.kind === "alert") alerts++;
  }
  const documents = [...streams.values()].reduce((sum, n) => sum + n, 0);
  return { documents, streams, alerts, time: { from, to } };
}

interface Body {
  readonly "@timestamp": string;
  readonly data_stream: { readonly type: string; readonly dataset: string; readonly namespace: string };
  readonly event: { readonly action: string; readonly kind: string };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
