import { OURS } from "./data-views.ts";
import { type SavedObject, savedObject } from "./saved-object.ts";

interface Search {
  readonly id: `tripline-${string}`;
  readonly title: string;
  readonly about: string;
  readonly where: string;
  readonly columns: readonly string[];
  /** A time range of its own, such as `now-24h`; absent: that of the page. */
  readonly since?: string;
}

const ANOMALY = 'data_stream.dataset:"tripline.anomaly"';
const WHO = ["host.name", "server.ip"];
const STORY = ["event.risk_score", "tripline.anomaly.transition", "event.action", ...WHO, "message", "event.url"];

const SEARCHES: readonly Search[] = [
  {
    id: "tripline-anomalies",
    title: "Tripline: all anomalies",
    about: "Every step in the life of every anomaly, newest first.",
    where: ANOMALY,
    columns: ["event.kind", ...STORY],
  },
  {
    id: "tripline-new-ports",
    title: "Tripline: new ports of the last 24 hours",
    about: "Ports that opened and had not been open in the learned time, or are not declared.",
    where: `${ANOMALY} and event.action:("port-opened" or "ports-opened" or "undeclared-port") and tripline.anomaly.transition:"opened"`,
    columns: [
      "event.risk_score",
      ...WHO,
      "destination.port",
      "service.name",
      "tripline.observed.product",
      "message",
      "event.url",
    ],
    since: "now-24h",
  },
  {
    id: "tripline-rogue-hosts",
    title: "Tripline: rogue hosts",
    about: "Hosts that nobody knew, or that no inventory declares.",
    where: `${ANOMALY} and event.action:("host-appeared" or "undeclared-host") and tripline.anomaly.transition:"opened"`,
    columns: [
      "event.risk_score",
      ...WHO,
      "host.mac",
      "tripline.vantage.segment",
      "tripline.vantage.closed",
      "message",
      "event.url",
    ],
  },
  {
    id: "tripline-identity-changes",
    title: "Tripline: identity changes",
    about: "Another machine, key, certificate, MAC or operating system where a known one was.",
    where: `${ANOMALY} and event.action:("identity-changed" or "hostkey-changed" or "certificate-changed" or "mac-changed" or "os-shifted") and tripline.anomaly.transition:"opened"`,
    columns: [
      "event.risk_score",
      "event.action",
      ...WHO,
      "destination.port",
      "tripline.baseline.identity",
      "tripline.observed.identity",
      "message",
      "event.url",
    ],
  },
  {
    id: "tripline-silenced",
    title: "Tripline: muted and accepted",
    about: "Who silenced, accepted or closed what, and why.",
    where:
      'data_stream.dataset:"tripline.audit" and event.action:("mute-added" or "mute-removed" or "mute-expired" or "anomaly-accepted" or "accept-undone" or "anomaly-closed" or "anomaly-reopened" or "baseline-accepted" or "baseline-reset")',
    columns: [
      "event.action",
      "user.name",
      "host.name",
      "event.risk_score",
      "tripline.audit.reason",
      "tripline.audit.until",
      "message",
      "event.url",
    ],
  },
  {
    id: "tripline-scan-failures",
    title: "Tripline: scan failures",
    about: "Scans that were not complete, and everything else that is wrong with a sensor.",
    where:
      'data_stream.dataset:"tripline.scan" and not event.action:("scan-completed" or "agent-started" or "agent-stopped" or "vantage-recovered" or "sink-recovered")',
    columns: ["event.action", "observer.name", "event.code", "tripline.scan.coverage", "event.reason", "message"],
  },
];

export function searches(): readonly SavedObject[] {
  return SEARCHES.map(saveSearch);
}

function saveSearch({ id, title, about, where, columns, since }: Search): SavedObject {
  const index = "kibanaSavedObjectMeta.searchSourceJSON.index";
  const source = {
    highlightAll: true,
    version: true,
    query: { query: where, language: "kuery" },
    filter: [],
    indexRefName: index,
  };
  const time =
    since === undefined
      ? {}
      : { timeRange: { from: since, to: "now" }, refreshInterval: { pause: true, value: 60_000 } };
  const attributes = {
    title,
    description: about,
    columns,
    sort: [["@timestamp", "desc"]],
    grid: {},
    hideChart: false,
    isTextBasedQuery: false,
    timeRestore: since !== undefined,
    ...time,
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
  };
  const references = [{ type: "index-pattern", id: OURS.id, name: index }];
  return savedObject("search", id, { attributes, references });
}
