import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeAuthority } from "../../../support/certificates.ts";
import { parseConfig } from "../../../support/configuration.ts";
import { newTempDir, removeChecked } from "../../../support/temp-dir.ts";

const directory = newTempDir();
afterAll(() => removeChecked(directory));

const authority = makeAuthority("Brokers");
const [own, other] = [authority.issue({ host: "agent" }), authority.issue({ host: "other" })];
for (const [name, text] of Object.entries({
  "ca.pem": authority.ca,
  "agent.pem": own.cert,
  "agent.key": own.key,
  "other.key": other.key,
  "locked.key": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
  "notes.txt": "no certificate here\n",
}))
  writeFileSync(join(directory, name), text, { mode: 0o600 });
writeFileSync(join(directory, "shown.key"), own.key);
chmodSync(join(directory, "shown.key"), 0o644);

const LOGIN = (mechanism: string) => `sasl: { mechanism: ${mechanism}, username: u, password: "\${env:P}" }`;

/** What is said about an output with these keys: the errors, or the warnings when it loads. */
function said(settings: string, broker = "kafka-1:9092"): string {
  const text = `segment: a\ntargets: [10.0.0.0/24]\noutputs:\n  kafka: { brokers: ["${broker}"], ${settings} }\n`;
  const loaded = parseConfig(text, { path: "tripline.yaml", directory, environment: { P: "right horse" }, now: 1 });
  return loaded.ok
    ? loaded.value.warnings.map(({ path, message }) => `${path}: ${message}`).join("\n")
    : loaded.error.text;
}

describe("a Kafka output with TLS or a login", () => {
  it.each([
    ["the system's authorities", "tls: {}"],
    ["an authority of one's own", "tls: { ca_file: ca.pem }"],
    ["a certificate of the agent", "tls: { cert_file: agent.pem, key_file: agent.key }"],
    ["a login over TLS", `tls: {}, ${LOGIN("plain")}`],
    [
      "a key whose passphrase is given",
      'tls: { cert_file: agent.pem, key_file: locked.key, key_passphrase: "${env:P}" }',
    ],
  ])("is fine with %s", (_, settings) => {
    expect(said(settings)).toBe("");
  });

  it.each(["127.0.0.1:9092", "localhost:9092", "[::1]:9092"])(
    "may log in without TLS to %s, the same machine",
    (broker) => {
      expect(said(LOGIN("plain"), broker)).toBe("");
    },
  );

  it("takes a broker by its IPv6 address, in brackets", () => {
    expect(said("tls: {}", "[2001:db8::7]:9092")).toBe("");
    expect(said("tls: {}", "2001:db8::7:9092")).toContain("for IPv6 [address]:port");
    expect(said("tls: {}", "[2001:db8::7]:0")).toContain("the port of a broker is 1 to 65535");
  });

  it.each([
    ["PLAIN without TLS", LOGIN("plain"), "sasl: the password crosses the network in the clear; add tls"],
    ["SCRAM without TLS", LOGIN("scram-sha-256"), "sasl: without TLS anybody on the path"],
    ["no check of certificates", "tls: { insecure_skip_verify: true }", "certificates are not checked"],
    ["a key that everybody can read", "tls: { cert_file: agent.pem, key_file: shown.key }", "chmod o= "],
    ["an authority that is not there", "tls: { ca_file: none.pem }", "cannot be read (ENOENT)"],
    ["an authority that is no certificate", "tls: { ca_file: notes.txt }", "holds no certificate in PEM form"],
    ["a key that is none", "tls: { cert_file: agent.pem, key_file: notes.txt }", "holds no private key in PEM form"],
    [
      "the key of another certificate",
      "tls: { cert_file: agent.pem, key_file: other.key }",
      "is not the key of the certificate",
    ],
    ["a certificate without its key", "tls: { cert_file: agent.pem }", "needs key_file beside it"],
    ["a key without its certificate", "tls: { key_file: agent.key }", "needs cert_file beside it"],
    [
      "a locked key without a passphrase",
      "tls: { cert_file: agent.pem, key_file: locked.key }",
      "is encrypted; add key_passphrase",
    ],
    ["an address as server name", "tls: { server_name: 10.0.0.1 }", "a server name is a host name"],
    ["a mechanism that does not exist", LOGIN("scram-sha-521"), 'did you mean "scram-sha-512"'],
    ["a misspelt key", "tls: { ca: ca.pem }", "ca_file"],
    ["true instead of keys", "tls: true", "tls"],
  ])("is told about %s", (_, settings, words) => {
    expect(said(settings)).toContain(words);
  });

  it("never shows the password", () => {
    expect(said('sasl: { mechanism: plain, username: u, password: "hunter2-in-the-file" }')).not.toContain("hunter2");
  });
});
