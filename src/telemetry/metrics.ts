/** Labels never hold text from a scanned host: sink, stream, outcome, reason, profile, and words of the configuration only. */
export type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly values: Map<string, number>;
}

export interface Metrics {
  count(name: string, labels?: Labels, by?: number): void;
  set(name: string, value: number, labels?: Labels): void;
  /** 1 with these labels, and no other series of this name: who or what it is, to be joined with other metrics. */
  only(name: string, labels: Labels): void;
  value(name: string, labels?: Labels): number;
  /** Prometheus text exposition format 0.0.4. */
  render(): string;
}

const HELP: Readonly<Record<string, readonly ["counter" | "gauge", string]>> = {
  tripline_happenings_total: ["counter", "What the log tells, by happening and level."],
  tripline_cycles_total: ["counter", "Scan cycles by how they ended."],
  tripline_cycles_skipped_total: ["counter", "Ticks skipped because a scan was still running."],
  tripline_anomaly_steps_total: ["counter", "Life-cycle steps of anomalies."],
  tripline_notable_anomalies_total: ["counter", "Anomalies that opened or rose and deserve a look, by severity band."],
  tripline_vantage_info: ["gauge", "1, with the name of the vantage and its segment."],
  tripline_scan_period_seconds: ["gauge", "Time between two scheduled scans."],
  tripline_last_cycle_coverage: ["gauge", "Share of planned hosts that the last cycle measured completely, 0 to 1."],
  tripline_vantage_degraded: ["gauge", "1: the last cycle saw less than it should, and absence is not judged."],
  tripline_learning: ["gauge", "1: the baseline is being learned; changes are counted and not reported."],
  tripline_config_last_reload_successful: ["gauge", "1: the newest configuration is in effect; 0: it was rejected."],
  tripline_last_cycle_timestamp_seconds: ["gauge", "End of the last cycle, seconds since 1970."],
  tripline_last_cycle_duration_seconds: ["gauge", "Duration of the last cycle."],
  tripline_hosts_up: ["gauge", "Hosts up in the last cycle."],
  tripline_outbox_rows: ["gauge", "Events in the outbox."],
  tripline_sink_lag_rows: ["gauge", "Events a sink has not taken yet."],
  tripline_sink_state: ["gauge", "1 for the state a sink is in."],
  tripline_sink_events_total: ["counter", "Events by sink and outcome."],
  tripline_sink_bytes_total: ["counter", "Bytes of events that a sink has taken."],
  tripline_sink_errors_total: [
    "counter",
    "Answers of a sink that did not take events, by reason; a retry counts each time.",
  ],
  tripline_control_requests_total: ["counter", "Requests through the control socket by operation and outcome."],
  tripline_verdicts: ["gauge", "Anomalies that operators closed in the last 30 days, by kind and verdict."],
  tripline_dead_letters: ["gauge", "Events a sink refused for good."],
};

/** What alerts and dashboards may rely on. */
export const METRIC_NAMES: readonly string[] = Object.keys(HELP);

export function createMetrics(): Metrics {
  const series = new Map<string, Series>();
  const of = (name: string): Series => {
    const known = series.get(name);
    if (known !== undefined) return known;
    const [type, help] = HELP[name] ?? unknown(name);
    const made: Series = { help, type, values: new Map() };
    series.set(name, made);
    return made;
  };
  return {
    count: (name, labels = {}, by = 1) => {
      if (by < 0) throw new Error(`${name} cannot go down`);
      const { values } = of(name);
      values.set(labelText(labels), (values.get(labelText(labels)) ?? 0) + by);
    },
    set: (name, value, labels = {}) => void of(name).values.set(labelText(labels), value),
    only: (name, labels) => {
      const { values } = of(name);
      values.clear();
      values.set(labelText(labels), 1);
    },
    value: (name, labels = {}) => series.get(name)?.values.get(labelText(labels)) ?? 0,
    render: () => [...series].map(([name, s]) => renderSeries(name, s)).join(""),
  };
}

function unknown(name: string): never {
  throw new Error(`${name} is no metric of this program`);
}

function renderSeries(name: string, { help, type, values }: Series): string {
  const lines = [...values].map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** As the exposition format wants it. */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
