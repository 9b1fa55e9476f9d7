import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Anomaly } from "../../src/domain/anomaly.ts";
import { cleanText } from "../../src/domain/clean-text.ts";
import type { EventDocument } from "../../src/domain/event.ts";
import type { CycleEvents } from "../../src/events/encode-cycle.ts";
import { ecsEventProblems } from "../support/ecs-check.ts";
import { encodeAudit, encodeCycle } from "./checked.ts";
import { anomaly, APP07, at, context, cycle, score, step, summary } from "./samples.ts";

type Json = Record<string, unknown>;
const file = path.join(import.meta.dirname, "../fixtures/events/contract-examples.json");
const EXAMPLES = z.record(z.string(), z.record(z.string(), z.unknown())).parse(JSON.parse(readFileSync(file, "utf8")));

/** Leaves of the examples that no domain type holds yet, or that are made (ids, raw files, wording of the parts). */
const NOT_COMPARED = [
  "event.id",
  "host.type",
  "host.os",
  "related.hash",
  "tripline.scan.shard",
  "tripline.scan.raw",
  "tripline.score.parts",
  "tripline.score.points",
];

function example(name: string): Json {
  const found = EXAMPLES[name];
  if (found === undefined) throw new Error(`no example "${name}" in ${file}`);
  return found;
}

/** Without some leaves and without what becomes empty by that. */
function without(document: Json, paths: readonly string[], prefix = ""): Json {
  const kept = Object.entries(document).flatMap(([key, value]): [string, unknown][] => {
    const name = prefix + key;
    if (paths.includes(name)) return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[key, value]];
    const inner = without(value as Json, paths, `${name}.`);
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries(kept);
}

function expectLike(event: EventDocument | undefined, name: string, alsoNot: readonly string[] = []): void {
  const left = [...NOT_COMPARED, ...alsoNot];
  expect(event).toBeDefined();
  expect(without(JSON.parse(event?.body ?? "{}"), left)).toEqual(without(example(name), left));
}

function first(changed: Partial<CycleEvents>): EventDocument | undefined {
  return encodeCycle(cycle(changed))[0];
}

describe("the examples of the contract", () => {
  test.each(Object.keys(EXAMPLES).filter((name) => name !== "anomaly gateway posture"))(
    "%s passes the check",
    (name) => {
      expect(ecsEventProblems(JSON.stringify(example(name)))).toEqual([]);
    },
  );

  test("anomaly opened", () => {
    const opened = step({
      reason:
        "Port never open in 412 covered scans since 2026-10-02; the service could not be identified; confirmed by a second probe.",
    });
    expectLike(first({ steps: [opened] }), "anomaly opened");
  });

  test("anomaly updated: the sentence, reasons and facts are those of the step", () => {
    const seen = at("2026-11-20T10:00:12.907Z");
    const after = { state: "open", service: "socks5", product: "microsocks", confidence: 10, usual_port: false };
    const updated = step({
      anomaly: anomaly({
        after,
        count: 2,
        lastSeen: seen,
        score: score({ rarity: 48, exposure: 34, criticality: 15 }, { exposure: "proxy-tunnel" }),
        reasons: ["rare-port", "proxy-service", "unauthenticated", "high-criticality"],
        message: "Open port 4444/tcp on app07.corp.example (10.20.30.41) is now identified as socks5, score 87 to 97.",
        history: { scans: 412, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
      }),
      transition: "updated",
      notable: false,
      previousScore: 87,
      at: seen,
      reason: "Version detection identified a SOCKS5 proxy without authentication.",
    });
    const when = { cycleId: "01a1f866-0d00-7525-b7f0-9874553e42a8", committedAt: at("2026-11-20T10:00:19.330Z") };
    expectLike(first({ context: context(when), steps: [updated] }), "anomaly updated");
  });

  test("anomaly resolved: closed again, with its end and duration, without points", () => {
    const now = at("2026-11-20T14:30:13.115Z");
    const resolved = step({
      anomaly: anomaly({
        before: { state: "closed" },
        after: { state: "open", service: "socks5" },
        state: "resolved",
        count: 9,
        lastSeen: at("2026-11-20T13:30:12.480Z"),
        evidence: "reset",
        score: score({ rarity: 48, exposure: 34, criticality: 15 }),
        closed: { by: "tripline", reason: "back-to-baseline" },
        message: "Port 4444/tcp on app07.corp.example (10.20.30.41) is closed again after 5 h.",
        history: { scans: 421, seen: 9, changes: 0, firstSeen: null, lastSeen: null },
      }),
      transition: "resolved",
      notable: false,
      previousScore: 97,
      at: now,
      reason: "Reset in a complete scan, confirmed by a second probe and the next scan.",
    });
    const when = { cycleId: "01a1f95d-3e40-773f-b81f-b5ff41f09add", committedAt: at("2026-11-20T14:30:20.871Z") };
    expectLike(first({ context: context(when), steps: [resolved] }), "anomaly resolved", [
      "service.name",
      "tripline.observed.reason_ttl",
    ]);
  });

  test("anomaly grouped rollout: no host, the members in the group", () => {
    const member = (n: number, ip: string) => ({
      hostId: `h${n}`,
      ip,
      name: `app0${n}.corp.example`,
      anomalyId: `a${n}`,
    });
    const rollout = anomaly({
      id: "og4gb7nvp6w7qnammxgmnuk6q4",
      kind: "rollout",
      subject: "version-changed 22/tcp openssh",
      detector: { id: "rollout", version: "1.0.0" },
      host: null,
      port: { transport: "tcp", number: 22 },
      before: { product: "openssh", version: "9.6p1" },
      after: { product: "openssh", version: "9.8p1" },
      count: 3,
      firstSeen: at("2026-11-20T02:07:31.002Z"),
      lastSeen: at("2026-11-20T02:41:55.640Z"),
      evidence: null,
      reasons: [],
      score: score({ rarity: 19.2, context: -3.2 }, { bits: null, exposure: null }),
      history: { scans: 0, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
      group: {
        id: "dbzm6kqb3w3icmd5a4yqga3rlq",
        kind: "version-changed",
        from: "9.6p1",
        to: "9.8p1",
        subject: "version-changed 22/tcp openssh",
        members: [member(7, "10.20.30.41"), member(8, "10.20.30.42"), member(9, "10.20.30.43")],
      },
      message: "3 hosts in segment dmz-west: version-changed for openssh on 22/tcp from 9.6p1 to 9.8p1.",
    });
    const when = { cycleId: "01a1f6ae-9900-7992-b3e4-cb97b33c2872", committedAt: at("2026-11-20T02:42:09.118Z") };
    const event = first({
      context: context({ ...when, profile: "deep", labels: new Map() }),
      steps: [
        step({
          anomaly: rollout,
          at: at("2026-11-20T02:41:55.640Z"),
          reason: "The same change on 3 hosts within 72 h looks like a rollout.",
        }),
      ],
    });
    // The facts of this change do not name the protocol.
    expectLike(event, "anomaly grouped rollout", [
      "service.name",
      "service.state",
      "network.protocol",
      "tripline.baseline.scans",
      "tripline.observed.port_class",
    ]);
  });

  test("anomaly declared drift: where it is declared, and both proposals", () => {
    const seen = at("2026-11-20T09:31:02.377Z");
    const drift: Partial<Anomaly> = {
      id: "ac27hkm7yviwe4c6ot5j5qazzm",
      kind: "port-moved",
      subject: "tcp/8080",
      detector: { id: "declared", version: "1.0.0" },
      host: {
        id: "yd3a5jz25tckdcf7onqbpqtzey",
        address: "10.20.30.52",
        mac: "00-50-56-9A-3C-52",
        name: "billing.corp.example",
        osFamily: "Linux",
        tags: [],
      },
      port: { transport: "tcp", number: 8081 },
      before: { state: "open", service: "http", product: "nginx", port: 8080 },
      after: { state: "open", service: "http", product: "nginx", version: "1.26.2", port: 8081, usual_port: false },
      firstSeen: seen,
      lastSeen: seen,
      score: score({ rarity: 21, exposure: 8, declaration: 35 }, { exposure: null, bits: null }),
      reasons: ["declared-port-closed", "same-identity"],
      history: { scans: 388, seen: 0, changes: 0, firstSeen: null, lastSeen: null },
      message: "billing.corp.example (10.20.30.52) serves http on 8081/tcp; compose.yaml:14 declares 8080/tcp.",
      declared: {
        verdict: "port-moved",
        severity: "medium",
        intent: "must-open",
        confidence: "exact",
        tool: "compose",
        address: "services.billing.ports[0]",
        source: {
          file: "deploy/compose.yaml",
          line: 14,
          column: 9,
          format: "compose",
          digest: "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6",
          readAt: at("2026-11-20T09:29:58.000Z"),
          stale: false,
        },
        expected: { ip: "10.20.30.52", port: 8080, transport: "tcp", service: "http", scope: ["10.20.0.0/16"] },
        proposal: {
          adopt: "change services.billing.ports[0] to 8081:8081",
          revert: "redeploy billing with port 8080",
        },
        firstEvaluation: false,
      },
    };
    const event = first({
      context: context({ committedAt: at("2026-11-20T09:31:09.542Z") }),
      steps: [
        step({
          anomaly: anomaly(drift),
          at: seen,
          reason:
            "The declared endpoint is closed and an undeclared port on the same host serves the expected application.",
        }),
      ],
    });
    expectLike(event, "anomaly declared drift", ["tripline.anomaly.reasons", "tripline.declared.source.commit"]);
  });

  test("scan: partial, with code, reasons and queue", () => {
    const events = encodeCycle(
      cycle({
        context: context({
          labels: new Map(),
          endedAt: at("2026-11-20T09:38:57.446Z"),
          committedAt: at("2026-11-20T09:38:57.981Z"),
        }),
        summary: summary({
          completeness: "partial",
          problems: ["deadline", "tarpit-suspected"],
          reason: "Shard 7 was stopped at its deadline while identifying one port; its other hosts were rescanned.",
          coverage: 0.992,
          comparability: new Map([
            ["presence", "8254c329a92850f6"],
            ["service", "d1b06c47e93a5f28"],
          ]),
          hosts: { planned: 254, up: 61, partial: 1, unmeasured: 2 },
          scriptErrors: ["ssl-cert on 10.20.30.9"],
        }),
        health: [
          { kind: "scan-partial", subject: null, message: "partial", reason: null, code: "TL203", outcome: "unknown" },
        ],
        outbox: { pending: 0, usedRatio: 0.02 },
      }),
    );
    expect(events.map((event) => event.action)).toEqual(["scan-partial"]);
    expectLike(events.at(-1), "scan", ["tripline.scan.packets"]);
  });

  test("observation: the present state of one service", () => {
    const facts = {
      state: "open",
      service: "ssh",
      product: "openssh",
      version: "9.8p1",
      banner: "SSH-2.0-OpenSSH_9.8p1 Debian-3",
      banner_sha256: "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
      ssh_sha256: "78032858b52002ee5de86799f5769bccb699bd668d7de566073fea3b308c82f6",
      confidence: 10,
      reason_ttl: 64,
    };
    const event = first({
      context: context({
        profile: "deep",
        cycleId: "01a1f6ae-9900-7992-b3e4-cb97b33c2872",
        committedAt: at("2026-11-20T02:42:09.118Z"),
      }),
      exposureOf: () => ({ class: "remote-admin", usualPort: true }),
      declaredAt: () => ({ verdict: "as-declared", intent: "must-open", confidence: "exact" }),
      observations: [
        {
          cause: "change",
          host: APP07,
          port: { transport: "tcp", number: 22 },
          facts,
          guess: cleanText("ssh", { maxBytes: 64 }),
          digest: "18ac3e7343f016890c510e93f9352611",
          at: at("2026-11-20T02:07:31.002Z"),
          open: [],
          scripts: new Map([["ssh-hostkey", "ssh-ed25519 256"]]),
          certificate: null,
        },
      ],
    });
    expectLike(event, "observation");
  });

  test("audit: who muted what, with the severity of what is now silent", () => {
    const muted = anomaly({
      state: "muted",
      score: score({ rarity: 48, exposure: 34, criticality: 15 }),
      mute: { id: "hifym3dde4ts5ohi5xe5ulrihu", origin: "cli", until: null },
    });
    const event = encodeAudit(
      {
        id: "41",
        kind: "mute-added",
        at: at("2026-11-20T10:12:44.031Z"),
        by: "m.analyst",
        via: "cli",
        object: "mute",
        reason: "change CHG-4711 under review",
        until: at("2026-11-27T00:00:00.000Z"),
        before: null,
        after: "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a",
        anomalyId: muted.id,
      },
      context({ labels: new Map(), committedAt: at("2026-11-20T10:12:44.031Z") }),
      muted,
    );
    expectLike(event, "audit", ["user.roles", "tripline.vantage.state"]);
  });
});
