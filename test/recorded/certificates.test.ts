import { describe, expect, it } from "vitest";
import { makeAuthority, selfSigned } from "../support/certificates.ts";
import type { HostSpec, NmapXmlSpec, PortSpec, ScriptNode } from "../support/nmap-xml.ts";
import type { AnomalyJson } from "../../src/report/json/anomaly.ts";
import { play, told } from "./play.ts";
import { host, START_MS } from "./recording.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NAME = "app0.corp.example";
const corp = makeAuthority("Corp Issuing CA 1", "Example Corp");
const corpNext = makeAuthority("Corp Issuing CA 2", "Example Corp");
const lone = makeAuthority("Build CA");
const other = makeAuthority("Another CA", "Somebody Ltd");
/** Issued this long after the first scan of the series; scans are half an hour apart. */
const at = (after: number) => ({ host: NAME, from: START_MS + after });
const FIRST = corp.issue({ ...at(-30 * DAY), names: ["www.corp.example"] }).cert;
const renewed = (after = HOUR / 4) => corp.issue({ ...at(after), names: ["www.corp.example"] }).cert;

const CHANGED = "certificate-changed 10.0.0.4:443/tcp";
const RENEWED = "certificate-renewed 10.0.0.4:443/tcp";

/** A host whose certificate is the only strong thing about it, and one that never changes. */
function withCertificate(value: ScriptNode | string): readonly HostSpec[] {
  const node: ScriptNode = typeof value === "string" ? { subject: { commonName: NAME }, pem: value } : value;
  const port: PortSpec = {
    port: 443,
    service: { name: "http", product: "nginx", method: "probed", tunnel: "ssl" },
    scripts: [{ id: "ssl-cert", output: "x", value: node }],
  };
  return [host("10.0.0.4", [port], { mac: null }), host("10.0.0.9", [{ port: 22 }])];
}

/** As `event.kind: alert` is decided, with the usual `alert_at`. */
const alerts = (a: AnomalyJson) => a.notable && a.score >= 48;

const series = (...certificates: readonly (ScriptNode | string)[]): readonly NmapXmlSpec[] =>
  certificates.map((certificate) => ({ hosts: withCertificate(certificate) }));

describe("a new certificate", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["by the same authority for the same names is a renewal, and normal at once", [FIRST, renewed()], [RENEWED]],
    [
      "by another issuing certificate of the same organisation",
      [FIRST, corpNext.issue({ ...at(HOUR / 4), names: ["www.corp.example"] }).cert],
      [RENEWED],
    ],
    ["dated back by a day", [FIRST, renewed(-DAY)], [RENEWED]],
    [
      "with one more name",
      [FIRST, corp.issue({ ...at(HOUR / 4), names: ["www.corp.example", "new.corp.example"] }).cert],
      [RENEWED],
    ],
    [
      "with a wildcard for its names",
      [FIRST, corp.issue({ ...at(HOUR / 4), names: ["*.corp.example"] }).cert],
      [RENEWED],
    ],
    ["by an authority without an organisation", [lone.issue(at(-DAY)).cert, lone.issue(at(HOUR / 4)).cert], [RENEWED]],
    ["by a foreign issuer", [FIRST, other.issue({ ...at(HOUR / 4), names: ["www.corp.example"] }).cert], [CHANGED]],
    [
      "by a foreign issuer without an organisation",
      [lone.issue(at(-DAY)).cert, makeAuthority("Evil CA").issue(at(HOUR / 4)).cert],
      [CHANGED],
    ],
    ["that is self-signed", [FIRST, selfSigned(NAME, START_MS + HOUR / 4)], [CHANGED]],
    [
      "self-signed like the one before",
      [selfSigned(NAME, START_MS - DAY), selfSigned(NAME, START_MS + HOUR / 4)],
      [CHANGED],
    ],
    ["without a name that it had", [FIRST, corp.issue(at(HOUR / 4)).cert], [CHANGED]],
    [
      "with a wildcard one label too high",
      [FIRST, corp.issue({ ...at(HOUR / 4), names: ["*.example"] }).cert],
      [CHANGED],
    ],
    ["issued long before the last look", [FIRST, renewed(-10 * DAY)], [CHANGED]],
    ["not valid yet", [FIRST, renewed(10 * DAY)], [CHANGED]],
  ])("%s", async (_, certificates, expected) => {
    const json = await play(series(...certificates));
    expect(told(json)).toEqual(expected);
    expect(json.anomalies.map(alerts)).toEqual(expected.map((line) => line === CHANGED));
  });

  it("renewed twice is two renewals, and neither is ever an alert", async () => {
    const json = await play(series(FIRST, renewed(), renewed(), renewed((3 * HOUR) / 4), renewed((3 * HOUR) / 4)));
    expect(json.anomalies.every((a) => a.kind === "certificate-renewed" && a.severity === "low" && !a.notable)).toBe(
      true,
    );
  });

  it("that is foreign alerts also after renewals, which make it no more ordinary, and is over when the right one is back", async () => {
    const foreign = other.issue({ ...at(2 * HOUR), names: ["www.corp.example"] }).cert;
    const [first, second, third] = [renewed(), renewed(HOUR), renewed((3 * HOUR) / 2)];
    const json = await play(series(FIRST, FIRST, first, second, third, foreign, third));
    const found = json.anomalies.find((a) => a.kind === "certificate-changed");
    expect(found).toMatchObject({ notable: true, severity: "high", state: "resolved" });
    expect(json.anomalies.filter(alerts)).toEqual([found]);
  });

  it("that is foreign is not the measure of the next one", async () => {
    const foreign = (after: number) => other.issue({ ...at(after), names: ["www.corp.example"] }).cert;
    const json = await play(series(FIRST, foreign(HOUR / 4), foreign(HOUR / 2)));
    expect(json.anomalies.map((a) => a.kind)).toEqual(["certificate-changed", "certificate-changed"]);
  });

  it("says who issued it, before and now", async () => {
    const json = await play(series(FIRST, other.issue(at(HOUR / 4)).cert));
    expect(json.anomalies[0]).toMatchObject({
      before: { tls_issuer: "Corp Issuing CA 1 (Example Corp)", tls_names: `${NAME},www.corp.example` },
      after: { tls_issuer: "Another CA (Somebody Ltd)", tls_names: NAME },
    });
  });

  it("is judged by the tables where there is no PEM", async () => {
    const tables = (modulus: string, issuer: string, notBefore: number): ScriptNode => ({
      subject: { commonName: NAME },
      issuer: { commonName: issuer, organizationName: issuer },
      pubkey: { type: "rsa", bits: "2048", modulus: modulus.repeat(64) },
      extensions: [{ name: "X509v3 Subject Alternative Name", value: `DNS:${NAME}, DNS:www.corp.example` }],
      validity: {
        notBefore: new Date(START_MS + notBefore).toISOString().slice(0, 19),
        notAfter: "2030-01-01T00:00:00",
      },
    });
    const first = tables("c0ffee", "Corp", -DAY);
    expect(told(await play(series(first, tables("c0ffed", "Corp", HOUR / 4))))).toEqual([RENEWED]);
    expect(told(await play(series(first, tables("c0ffed", "Evil", HOUR / 4))))).toEqual([CHANGED]);
    expect(told(await play(series(first, tables("c0ffee", "Evil", HOUR / 4))))).toEqual([CHANGED]);
    expect(told(await play(series(first, tables("c0ffed", NAME, HOUR / 4))))).toEqual([CHANGED]);
  });
});
