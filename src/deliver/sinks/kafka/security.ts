import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ConnectionOptions } from "node:tls";
import type { SASLOptions } from "kafkajs";
import type { OutputContext } from "../../definition.ts";
import type { KafkaOptions } from "./options.ts";

/** How a connection proves both sides to each other. Null: without TLS; without a login. */
export interface Security {
  readonly tls: ConnectionOptions | null;
  readonly sasl: SASLOptions | null;
}

/** Brokers, and how to talk to them. */
export interface KafkaTarget {
  readonly brokers: readonly string[];
  /**
   * Default: neither TLS nor a login. Asked for every new client, so that certificates renewed on the disk are taken;
   * throws when one cannot be read.
   */
  readonly security?: () => Security;
}

export function openSecurity(): Security {
  return { tls: null, sasl: null };
}

type Place = Pick<OutputContext, "directory" | "secret">;

export function targetOf(written: KafkaOptions, at: Place): Required<KafkaTarget> {
  return { brokers: written.brokers, security: () => ({ tls: tlsOf(written, at), sasl: saslOf(written, at) }) };
}

function tlsOf({ tls }: KafkaOptions, { directory, secret }: Place): ConnectionOptions | null {
  if (tls === undefined) return null;
  const { ca_file: ca, cert_file: cert, key_file: key, server_name: servername } = tls;
  const passphrase = secret("tls.key_passphrase");
  const read = (path: string) => textOf(resolve(directory, path));
  return {
    minVersion: "TLSv1.2",
    rejectUnauthorized: !tls.insecure_skip_verify,
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(cert === undefined ? {} : { cert: read(cert) }),
    ...(key === undefined ? {} : { key: read(key) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(servername === undefined ? {} : { servername }),
  };
}

/** A file of the configuration that is gone or closed by now. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new UnreadableFile(`${path} cannot be read (${code})`, { cause: error });
  }
}

function saslOf({ sasl }: KafkaOptions, { secret }: Place): SASLOptions | null {
  if (sasl === undefined) return null;
  return { mechanism: sasl.mechanism, username: sasl.username, password: secret("sasl.password") ?? "" };
}
