import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Anomaly, Transition } from "../../../src/domain/anomaly.ts";
import type { Deviation } from "../../../src/domain/deviation.ts";
import { ANOMALY_KINDS } from "../../../src/domain/kinds/catalogue.ts";
import { stepMessage } from "../../../src/score/words/message.ts";
import { openingReason } from "../../../src/score/words/reason.ts";
import { declared, deviation, host, life, nonNull, START } from "../build.ts";

function opened(extra: Partial<Deviation>): Anomaly {
  return nonNull(life().cycle([deviation(extra)]).changed[0]);
}

const SSH = { port: { transport: "tcp", number: 22 }, after: { product: "OpenSSH", service: "ssh" } } as const;
const HOST = { port: null, before: {}, after: {} } as const;
const ON = "app41.corp.example (10.20.30.41)";

/** The templates of the event contract, filled in. */
const SENTENCES: readonly (readonly [string, Partial<Deviation>])[] = [
  [
    `New open port 4444/tcp (unknown service) on ${ON}, segment dmz-west.`,
    { after: { service: "krb524", confidence: 3 } },
  ],
  [`New open port 22/tcp (ssh) on ${ON}, segment dmz-west.`, { ...SSH }],
  [
    `Port 22/tcp (ssh) on ${ON} is no longer open.`,
    { ...SSH, kind: "port-closed", before: { service: "ssh" }, after: { state: "closed" } },
  ],
  [
    `Port 22/tcp on ${ON} now speaks telnet instead of ssh.`,
    { ...SSH, kind: "service-changed", from: "ssh", to: "telnet" },
  ],
  [`OpenSSH on ${ON} 22/tcp went from 9.6 to 9.8.`, { ...SSH, kind: "version-changed", from: "9.6", to: "9.8" }],
  [
    `OpenSSH on ${ON} 22/tcp went back from 9.8 to 9.6.`,
    { ...SSH, kind: "version-downgraded", from: "9.8", to: "9.6" },
  ],
  [`The banner of 22/tcp on ${ON} changed.`, { ...SSH, kind: "banner-changed", from: "evil", to: "<script>" }],
  [`${ON} presents a different TLS key on 22/tcp.`, { ...SSH, kind: "certificate-changed" }],
  [
    `${ON} presents a different TLS certificate on 22/tcp.`,
    { ...SSH, kind: "certificate-changed", before: { tls_sha256: "a" }, after: { tls_sha256: "a" } },
  ],
  [
    `${ON} renewed its TLS certificate on 22/tcp, issued by Corp CA.`,
    { ...SSH, kind: "certificate-renewed", after: { tls_issuer: "Corp CA" } },
  ],
  [`${ON} presents a different SSH host key on 22/tcp.`, { ...SSH, kind: "hostkey-changed" }],
  [`New host ${ON} in segment dmz-west.`, { ...HOST, kind: "host-appeared" }],
  ["New host 10.20.30.41 in segment dmz-west.", { ...HOST, kind: "host-appeared", host: host(41, { name: null }) }],
  [`Host ${ON} no longer answers in segment dmz-west.`, { ...HOST, kind: "host-disappeared" }],
  [
    `${ON} moved from 10.20.30.7 to 10.20.30.41.`,
    { ...HOST, kind: "host-moved", from: "10.20.30.7", to: "10.20.30.41" },
  ],
  ["Address 10.20.30.41 is now named b, was a.", { ...HOST, kind: "name-changed", from: "a", to: "b" }],
  [
    `${ON} now has MAC 00-50-56-00-00-02, was 00-50-56-00-00-01.`,
    { ...HOST, kind: "mac-changed", from: "00-50-56-00-00-01", to: "00-50-56-00-00-02" },
  ],
  [
    `Operating system family of ${ON} changed from linux to freebsd.`,
    { ...HOST, kind: "os-shifted", from: "linux", to: "freebsd" },
  ],
  [
    "Address 10.20.30.41 in dmz-west now belongs to another machine (MAC changed).",
    { ...HOST, kind: "identity-changed", to: "mac:00-50-56-00-00-02" },
  ],
  [
    `240 of 1000 asked ports opened together on ${ON}, segment dmz-west.`,
    { ...HOST, kind: "ports-opened", after: { open_count: 240, open_ports: "1-240", asked_count: 1000 } },
  ],
  [`${ON} answers as open on 1000 ports.`, { ...HOST, kind: "all-ports-open", from: null, to: "1000" }],
  [
    `Port 4444/tcp (unknown service) on ${ON} is open but not declared.`,
    { kind: "undeclared-port", declared: declared() },
  ],
  [`Host ${ON} is live in dmz-west but not declared.`, { ...HOST, kind: "undeclared-host", declared: declared() }],
  [
    `${ON} serves http on 8081/tcp; compose.yaml:14 declares 8080/tcp.`,
    {
      kind: "port-moved",
      port: { transport: "tcp", number: 8081 },
      after: { service: "http", confidence: 10 },
      declared: declared(),
    },
  ],
  [
    `${ON} 8080/tcp is declared in compose.yaml:14 but is filtered.`,
    {
      kind: "missing-endpoint",
      port: { transport: "tcp", number: 8080 },
      after: { state: "filtered" },
      declared: declared(),
    },
  ],
  [
    `${ON} 22/tcp speaks ssh; compose.yaml:14 declares http.`,
    { ...SSH, kind: "service-mismatch", from: "http", to: "ssh", declared: declared() },
  ],
];

describe("the sentence of an opening", () => {
  it.each(SENTENCES)("%s", (expected, extra) => {
    expect(opened(extra).message).toBe(expected);
  });
});

describe("every sentence", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.constant("x".repeat(5_000)),
    fc.constant("...."),
  );
  const transitions: readonly Transition[] = [
    "opened",
    "escalated",
    "updated",
    "resolved",
    "accepted",
    "muted",
    "unmuted",
    "aged",
  ];

  it("has at most 256 characters and ends with one full stop, whatever hosts and files say", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ANOMALY_KINDS),
        fc.constantFrom(...transitions),
        text,
        (kind, transition, hostile) => {
          const base = opened({
            host: host(41, { name: hostile }),
            from: hostile,
            to: hostile,
            after: { service: hostile, product: hostile },
          });
          const anomaly: Anomaly = {
            ...base,
            kind,
            segment: hostile,
            subject: hostile,
            closed: { by: hostile, reason: "accepted" },
          };
          const message = stepMessage(anomaly, { transition, at: START, previousScore: 1, detail: null });
          expect(message.length).toBeLessThanOrEqual(256);
          expect(message).toMatch(/[^.]\.$/s);
          expect(message.length).toBeGreaterThan(10);
        },
      ),
    );
  });

  it("cuts a text from outside at 64 characters and never inside a character", () => {
    const { message } = opened({ host: host(41, { name: "😀".repeat(60) }) });
    expect(message).toContain(`${"😀".repeat(31)}… (10.20.30.41)`);
    expect(message.isWellFormed()).toBe(true);
  });

  it("of an opening has no score in it: alerts group by their name", () => {
    for (const [, extra] of SENTENCES) expect(opened(extra).message).not.toMatch(/score/);
  });
});

describe("the reason of an opening", () => {
  it("says what was known, what was seen, and how sure it is", () => {
    const step = life().cycle([
      deviation({ history: { scans: 412, seen: 0, changes: 0, firstSeen: Date.UTC(2026, 9, 2), lastSeen: null } }),
    ]).steps[0];
    expect(step?.reason).toBe(
      "Port never open in 412 covered scans since 2026-10-02; the service could not be identified; confirmed by a second probe.",
    );
  });

  it("does not claim a confirmation that nobody gave", () => {
    expect(life().cycle([deviation({ confirmed: false })]).steps[0]?.reason).toContain(
      "seen as syn-ack, not confirmed by a second probe",
    );
  });

  it("is at most 1,000 characters: a longer one would not be indexed", () => {
    expect(
      openingReason(opened({ reasons: ["unknown-service", "closed-segment", "downgrade", "key-replaced"] })).length,
    ).toBeLessThanOrEqual(1_000);
  });
});
