import { distinct, documents, greatest, latest, least, overTime, top } from "../columns.ts";
import type { Dashboard } from "../dashboard.ts";
import type { LensPanel, Place } from "../panel.ts";

const SERVICE = 'tripline.observation.unit:"service"';
const HOST_SEEN = 'tripline.observation.unit:"host"';

export const HOST: Dashboard = {
  id: "tripline-host",
  title: "Tripline: host investigation",
  about:
    "Everything about one host: choose it above, or come from another dashboard with a click on its name or address.",
  since: "now-35d",
  controls: [
    { field: "host.name", title: "Host" },
    { field: "host.ip", title: "Address" },
    { field: "tripline.vantage.segment", title: "Segment" },
  ],
  panels: [
    {
      id: "highest-score",
      title: "Highest score",
      at: [0, 0, 12, 6],
      from: "anomaly",
      columns: { risk: greatest("event.risk_score", "Highest score") },
      chart: { as: "metric", value: "risk" },
    },
    {
      id: "anomaly-count",
      title: "Anomalies",
      at: [12, 0, 12, 6],
      from: "anomaly",
      columns: { anomalies: distinct("tripline.anomaly.id", "Anomalies") },
      chart: { as: "metric", value: "anomalies" },
    },
    {
      id: "ports-seen-open",
      title: "Ports seen open",
      at: [24, 0, 12, 6],
      from: "observation",
      where: HOST_SEEN,
      columns: { ports: distinct("tripline.observation.open_ports", "TCP ports seen open") },
      chart: { as: "metric", value: "ports" },
    },
    {
      id: "last-observed",
      title: "Last observed",
      at: [36, 0, 12, 6],
      from: "observation",
      columns: { last: greatest("@timestamp", "Last observed") },
      chart: { as: "metric", value: "last" },
    },
    {
      id: "ports-over-time",
      title: "Open ports over time",
      about: "TCP ports that were open, from the reports of the host: at every change, and once a day.",
      at: [0, 6, 48, 16],
      from: "observation",
      where: HOST_SEEN,
      columns: {
        time: overTime(),
        port: top("tripline.observation.open_ports", "Port", { size: 50 }),
        reports: documents("Reports"),
      },
      chart: { as: "heatmap", x: "time", y: "port", value: "reports" },
    },
    {
      id: "baseline-and-now",
      title: "Was and is",
      about: "The value that was normal beside the one that was seen, for each anomaly.",
      at: [0, 22, 48, 14],
      from: "anomaly",
      columns: {
        kind: top("event.action", "Kind", { size: 20, by: "last" }),
        subject: top("tripline.anomaly.subject", "What", { size: 20, by: "last" }),
        state: latest("tripline.anomaly.state", "Now"),
        risk: greatest("event.risk_score", "Score"),
        wasState: latest("tripline.baseline.state", "Was"),
        isState: latest("tripline.observed.state", "Is"),
        wasService: latest("tripline.baseline.service", "Service was"),
        isService: latest("tripline.observed.service", "Service is"),
        wasProduct: latest("tripline.baseline.product", "Product was"),
        isProduct: latest("tripline.observed.product", "Product is"),
        wasVersion: latest("tripline.baseline.version", "Version was"),
        isVersion: latest("tripline.observed.version", "Version is"),
        last: greatest("@timestamp", "Last step"),
      },
      chart: { as: "table", sort: ["last", "desc"] },
      goTo: ["discover"],
    },
    {
      id: "open-services",
      title: "Open services",
      about: "From the daily report of the host: a service whose last report is older than a day is closed.",
      at: [0, 36, 16, 14],
      from: "observation",
      where: HOST_SEEN,
      columns: {
        service: top("tripline.observation.open_services", "Service", { size: 100, by: "last" }),
        first: least("@timestamp", "First report"),
        last: greatest("@timestamp", "Last report"),
      },
      chart: { as: "table", sort: ["last", "desc"] },
    },
    {
      id: "services",
      title: "What answered: product and version",
      about: "When a service showed this product and version. It is reported when it changes, and every 30 days.",
      at: [16, 36, 32, 14],
      from: "observation",
      where: `${SERVICE} and service.state:"open"`,
      columns: {
        port: top("destination.port", "Port", { size: 50 }),
        service: top("service.name", "Service", { size: 5, by: "lastSeen" }),
        product: top("tripline.observed.product", "Product", { size: 5, by: "lastSeen", missing: true }),
        version: top("tripline.observed.version", "Version", { size: 5, by: "lastSeen", missing: true }),
        firstSeen: least("@timestamp", "First"),
        lastSeen: greatest("@timestamp", "Last"),
      },
      chart: { as: "table" },
      goTo: ["discover"],
    },
    history({ id: "banners", title: "Banners", field: "tripline.observed.banner", at: [0, 50, 24, 9], perPort: true }),
    history({
      id: "tls-keys",
      title: "TLS keys",
      field: "tripline.observed.tls_sha256",
      at: [24, 50, 24, 9],
      perPort: true,
    }),
    history({
      id: "ssh-keys",
      title: "SSH host keys",
      field: "tripline.observed.ssh_sha256",
      at: [0, 59, 24, 9],
      perPort: true,
    }),
    history({ id: "systems", title: "Operating systems", field: "host.os.full", at: [24, 59, 24, 9], perPort: false }),
    history({ id: "macs", title: "MAC addresses", field: "host.mac", at: [0, 68, 24, 9], perPort: false }),
    history({ id: "addresses", title: "Addresses", field: "host.ip", at: [24, 68, 24, 9], perPort: false }),
    {
      id: "declared-and-live",
      title: "Declared and live",
      about: "What a declaration says of this host, where that is written, and what was found.",
      at: [0, 77, 48, 12],
      from: "anomaly",
      where: "tripline.declared.verdict: *",
      columns: {
        verdict: top("tripline.declared.verdict", "Verdict", { size: 10, by: "last" }),
        subject: top("tripline.anomaly.subject", "What", { size: 20, by: "last" }),
        state: latest("tripline.anomaly.state", "Now"),
        file: latest("tripline.declared.source.file", "File"),
        line: latest("tripline.declared.source.line", "Line"),
        expected: latest("tripline.declared.expected.port", "Port declared"),
        live: latest("tripline.observed.state", "Live"),
        last: greatest("@timestamp", "Last step"),
      },
      chart: { as: "table", sort: ["last", "desc"] },
      goTo: ["discover"],
    },
    {
      id: "other-logs",
      title: "What others logged about it",
      about:
        "Events of other data streams whose host has this name or address. In their words host is the machine that logs.",
      at: [0, 89, 48, 10],
      from: "others",
      columns: {
        dataset: top("data_stream.dataset", "Data stream", { size: 20, by: "events" }),
        action: top("event.action", "Action", { size: 5, by: "events", missing: true }),
        events: documents("Events"),
        last: greatest("@timestamp", "Last"),
      },
      chart: { as: "table", sort: ["events", "desc"] },
      goTo: ["discover"],
    },
    { id: "anomalies", search: "tripline-anomalies", title: "All anomalies", at: [0, 99, 48, 18] },
  ],
};

interface History {
  readonly id: string;
  readonly title: string;
  readonly field: string;
  readonly at: Place;
  readonly perPort: boolean;
}

/** Which values there were, from when to when. */
function history({ id, title, field, at, perPort }: History): LensPanel {
  const port = perPort ? { port: top("destination.port", "Port", { size: 20 }) } : {};
  return {
    id,
    title,
    at,
    from: "observation",
    where: perPort ? `${SERVICE} and ${field}: *` : HOST_SEEN,
    columns: {
      ...port,
      value: top(field, title, { size: 10, by: "lastSeen" }),
      firstSeen: least("@timestamp", "First"),
      lastSeen: greatest("@timestamp", "Last"),
    },
    chart: { as: "table", sort: ["lastSeen", "desc"] },
  };
}
