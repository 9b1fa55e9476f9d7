import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Authority, makeAuthority, type ServerIdentity } from "../certificates.ts";

/** How the listeners of a secured broker want to be talked to. */
export const LISTENERS = ["tls", "named", "mutual", "login", "bare-login"] as const;
export type Listener = (typeof LISTENERS)[number];

/** The name in the certificate of `named`, which is reached by an address. */
export const BROKER_NAME = "kafka.internal";
export const USER = { username: "tripline", password: "right horse" } as const;

/** The authority of the brokers' certificates, and of those that clients show. */
export interface Secured {
  readonly authority: Authority;
  readonly ports: Readonly<Record<Listener, number>>;
}

export function newSecured(ports: readonly number[]): Secured {
  const entries = LISTENERS.map((name, i) => [name, ports[i] ?? 0] as const);
  return { authority: makeAuthority("Brokers of a test"), ports: Object.fromEntries(entries) as Secured["ports"] };
}

/** Options of Kafka's format tool: the users that log in by SCRAM are part of the cluster's data. */
export function scramUsers(): readonly string[] {
  return ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
    "--add-scram",
    `${mechanism}=[name=${USER.username},password=${USER.password}]`,
  ]);
}

/** What a broker needs for these listeners beside its plain one; writes its certificates into the folder. */
export function securedProperties({ authority, ports }: Secured, dir: string): SecuredProperties {
  const store = (name: string, text: string): string => {
    const file = path.join(dir, `${name}.pem`);
    writeFileSync(file, text);
    return file;
  };
  const own = store("broker", pemOf(authority.issue()));
  const named = store("named", pemOf(authority.issue({ host: BROKER_NAME })));
  const trusted = store("trusted", authority.ca);
  return {
    listeners: LISTENERS.map((name) => `${name.toUpperCase()}://127.0.0.1:${ports[name]}`),
    protocols: ["TLS:SSL", "NAMED:SSL", "MUTUAL:SSL", "LOGIN:SASL_SSL", "BARE-LOGIN:SASL_PLAINTEXT"],
    properties: {
      "ssl.keystore.type": "PEM",
      "ssl.keystore.location": own,
      "ssl.truststore.type": "PEM",
      "ssl.truststore.location": trusted,
      "listener.name.named.ssl.keystore.type": "PEM",
      "listener.name.named.ssl.keystore.location": named,
      "listener.name.mutual.ssl.client.auth": "required",
      "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
      // This one offers a single mechanism, as many clusters do.
      "listener.name.bare-login.sasl.enabled.mechanisms": "SCRAM-SHA-512",
      ...logins("login", ["plain", "scram-sha-256", "scram-sha-512"]),
      ...logins("bare-login", ["scram-sha-512"]),
    },
  };
}

export interface SecuredProperties {
  readonly listeners: readonly string[];
  readonly protocols: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

function pemOf({ cert, key }: ServerIdentity): string {
  return `${key}${cert}`;
}

function logins(listener: string, mechanisms: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    mechanisms.map((mechanism) => [`listener.name.${listener}.${mechanism}.sasl.jaas.config`, moduleOf(mechanism)]),
  );
}

function moduleOf(mechanism: string): string {
  const security = "org.apache.kafka.common.security";
  return mechanism === "plain"
    ? `${security}.plain.PlainLoginModule required user_${USER.username}="${USER.password}";`
    : `${security}.scram.ScramLoginModule required;`;
}
