import { describe, expect, it } from "vitest";
import { layOut } from "../../src/cli/terminal/layout.ts";
import type { AnomalyStep } from "../../src/domain/anomaly.ts";
import type { ScanFound } from "../../src/domain/found.ts";
import { sortedAnomalies } from "../../src/report/model/anomaly.ts";
import type { Delivery } from "../../src/report/model/delivery.ts";
import { type CycleOutcome, scanView } from "../../src/report/model/scan.ts";
import { whyText } from "../../src/report/model/why.ts";
import { anomaliesText } from "../../src/report/text/anomalies.ts";
import { scanText } from "../../src/report/text/scan.ts";
import { change, declared, deviation, HOUR, host, life, nonNull, START } from "../score/build.ts";

const NOTHING: ScanFound = { hosts: 0, ports: 0, services: [], exposed: [] };

const FOUND: ScanFound = {
  hosts: 3,
  ports: 5,
  services: [
    { name: "ssh", count: 3 },
    { name: "redis", count: 1 },
  ],
  exposed: [
    {
      class: "data-store",
      service: "redis",
      product: "Redis key-value store",
      port: { transport: "tcp", number: 6379 },
      hosts: ["2001:db8::11"],
    },
    {
      class: "remote-admin",
      service: "ssh",
      product: null,
      port: { transport: "tcp", number: 22 },
      hosts: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"],
    },
    { class: "unknown", service: null, product: null, port: { transport: "tcp", number: 4444 }, hosts: ["10.0.0.1"] },
  ],
};

function outcome(extra: Partial<CycleOutcome> = {}): CycleOutcome {
  return {
    startedAt: START,
    endedAt: START + 63_000,
    summary: {
      completeness: "complete",
      problems: [],
      reason: null,
      method: "syn",
      nmapVersion: "7.95",
      coverage: 1,
      hosts: { planned: 254, up: 3, partial: 0, unmeasured: 0 },
      ports: { probed: 1000, open: 5 },
      scriptErrors: [],
      raw: null,
      outOfScope: 0,
      narrowed: false,
    },
    vantage: { state: "ok", problems: [], reason: null, notApplicable: [] },
    learning: false,
    learned: { scans: 20, needed: 20 },
    learningChanges: [],
    steps: [],
    health: [],
    found: NOTHING,
    events: 1,
    ...extra,
  };
}

const DELIVERED = { waiting: 0, unreachable: false, reasons: [], refused: [], kept: true };

function shown(report: CycleOutcome, width = Infinity, delivery: Delivery | null = DELIVERED): string {
  const view = scanView([{ file: null, report }], { segment: "dmz", delivery });
  return layOut(scanText(view), { width, paint: (_, text) => text });
}

/** The steps of one cycle with these deviations. */
function steps(...deviations: Parameters<ReturnType<typeof life>["cycle"]>[0]): readonly AnomalyStep[] {
  return life().cycle(deviations).steps;
}

describe("the first scan", () => {
  const first = outcome({ learning: true, learned: { scans: 0, needed: 20 }, found: FOUND });

  it("shows what it found and what deserves a look, while nothing alerts yet", () => {
    expect(shown(first)).toMatchInlineSnapshot(`
      "dmz · 3 up / 254 · 5 open ports · 1m03s · complete
      baseline learning: 0 of 20 scans before this one — changes are shown, nothing alerts yet

      found 3 hosts with 5 open ports: ssh 3, redis 1

        DESERVES A LOOK  PORT      SERVICE                WHERE
        data store       6379/tcp  Redis key-value store  2001:db8::11
        remote admin     22/tcp    ssh                    6 hosts: 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, and 2 more
        not identified   4444/tcp  not identified         10.0.0.1"
    `);
  });

  it("shows the same on 80 columns, no line wider", () => {
    const page = shown(first, 80);
    expect(Math.max(...page.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(page).toContain("Redis key-value store  2001:db8::11");
  });

  it("says so where nothing deserves a look", () => {
    expect(shown({ ...first, found: { ...FOUND, exposed: [] } })).toContain("nothing stands out");
  });

  it("says it once: the next scan shows changes alone", () => {
    expect(shown(outcome({ learning: true, learned: { scans: 1, needed: 20 }, found: FOUND }))).not.toContain(
      "found 3",
    );
  });

  it("that found nothing does not pretend", () => {
    expect(shown(outcome({ learning: true, learned: { scans: 0, needed: 20 } }))).not.toContain("found");
  });
});

describe("the table of a scan", () => {
  const many = steps(
    change("version-changed", 41, ["9.6p1", "9.8p1"]),
    deviation({ host: host(42, { tags: ["crown-jewel"] }) }),
    deviation({ host: host(43), informational: true }),
  );

  it("has the worst first", () => {
    const page = shown(outcome({ steps: many }));
    const severities = [...page.matchAll(/^ {2}(critical|high|medium|low) /gm)].map((match) => match[1]);
    expect(severities).toEqual(["critical", "low", "low"]);
  });

  it("says why in plain words: no bits, no classes, no shares, no slugs of declarations", () => {
    const opened = deviation({
      kind: "undeclared-port",
      declared: declared({ verdict: "undeclared-open-port", severity: "high" }),
    });
    const page = shown(outcome({ steps: steps(opened) }));
    expect(page).toContain("port never open in 400 covered scans; ");
    expect(page).toContain("not declared (");
    expect(page).not.toMatch(/\bbits\b|counted at|fixed for|registered|undeclared-open-port|class/);
  });

  it("cuts no why in a pipe", () => {
    const long = `${"z".repeat(300)}.yaml`;
    const source = { ...nonNull(declared().source ?? undefined), file: long };
    const page = shown(outcome({ steps: steps(deviation({ declared: declared({ source }) })) }));
    expect(page).toContain(long);
    expect(page).not.toContain("…;");
  });

  it("names the next commands, one a line", () => {
    const page = shown(outcome({ steps: many }), 80);
    expect(page).toMatch(/\nnext: tripline explain (\w{8})\n {6}tripline baseline accept \1 --reason "…" --by …$/);
  });

  it.each([
    ["was never kept", null],
    ["was a temporary one", { ...DELIVERED, kept: false }],
  ])("does not send people to a store that %s (replay and scan --from-xml did)", (_, delivery) => {
    const page = shown(outcome({ steps: many }), 80, delivery);
    expect(page).toMatch(/\nnext: run this again with --state DIR, .*\n {6}tripline explain \w{8} --state DIR$/);
    expect(page).not.toContain("baseline accept");
  });
});

describe("the list of anomalies", () => {
  it("is sorted by severity, then the newest first, and its JSON alike", () => {
    const at = (n: number, lastSeen: number, extra = {}) => ({
      ...nonNull(life().cycle([deviation({ host: host(n), ...extra })]).changed[0]),
      lastSeen,
    });
    const old = at(1, START);
    const fresh = at(2, START + HOUR);
    const minor = at(3, START + 2 * HOUR, { informational: true });
    expect(sortedAnomalies([minor, old, fresh]).map((one) => one.id)).toEqual([fresh.id, old.id, minor.id]);
    const page = layOut(anomaliesText(sortedAnomalies([minor, old])), { width: 80, paint: (_, text) => text });
    expect(page.indexOf("critical")).toBeLessThan(page.indexOf("low"));
  });

  it("says that there is nothing", () => {
    expect(anomaliesText([])).toEqual([{ kind: "lines", lines: [["no anomalies"]] }]);
  });
});

describe("why", () => {
  it("names what a state of an older version wrote with bits in plain words, too", () => {
    const anomaly = nonNull(life().cycle([deviation()]).changed[0]);
    const parts = anomaly.score.parts.map((part) =>
      part.name === "rarity" ? { ...part, why: "12.6 bits for a registered port" } : part,
    );
    expect(whyText({ ...anomaly, score: { ...anomaly.score, parts } })).toBe(
      "port never open in 400 covered scans; unidentified service; confirmed by a second probe",
    );
  });
});
