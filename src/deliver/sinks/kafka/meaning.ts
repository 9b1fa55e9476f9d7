import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import type { OutputPlace } from "../../../config/output-kind.ts";
import { notOwnText, readOwnFile } from "../../../config/own-file.ts";
import type { Finding } from "../../../config/problems.ts";
import { isLoopback } from "../../../lib/ip.ts";
import type { KafkaOptions } from "./options.ts";

type Tls = NonNullable<KafkaOptions["tls"]>;

/** What is well-formed and yet unsafe, or cannot work. */
export function meaning(written: KafkaOptions, at: OutputPlace): readonly Finding[] {
  const { tls } = written;
  return [...openLogin(written), ...(tls === undefined ? [] : [...uncheckedCertificates(tls), ...files(tls, at)])];
}

/** An agent and a broker on one machine have nobody between them. */
function openLogin({ brokers, tls, sasl }: KafkaOptions): readonly Finding[] {
  if (sasl === undefined || tls !== undefined || brokers.every(isLocal)) return [];
  const message =
    sasl.mechanism === "plain"
      ? "the password crosses the network in the clear; add tls"
      : "without TLS anybody on the path can read the events and take over the login; add tls";
  return [{ level: "warning", path: ["sasl"], message }];
}

function isLocal(broker: string): boolean {
  return isLoopback(broker.slice(0, broker.lastIndexOf(":")));
}

function uncheckedCertificates(tls: Tls): readonly Finding[] {
  if (!tls.insecure_skip_verify) return [];
  const message = "certificates are not checked: anybody on the path can pose as the broker";
  return [{ level: "warning", path: ["tls", "insecure_skip_verify"], message }];
}

/** Said before the first event waits for a file that is missing or the wrong one. */
function files(tls: Tls, at: OutputPlace): readonly Finding[] {
  const read = {
    ca: readPem(tls.ca_file, "ca_file", at),
    cert: readPem(tls.cert_file, "cert_file", at),
    key: readPem(tls.key_file, "key_file", at),
  };
  return [
    ...[read.ca, read.cert, read.key].flatMap(({ findings }) => findings),
    ...halfOfPair(tls),
    ...certificateIn(read.ca.text, "ca_file"),
    ...certificateIn(read.cert.text, "cert_file"),
    ...pairTrouble(tls, read.cert.text, read.key.text),
  ];
}

type FileKey = "ca_file" | "cert_file" | "key_file";

interface Pem {
  readonly text: string | null;
  readonly findings: readonly Finding[];
}

function readPem(path: string | undefined, key: FileKey, { directory }: OutputPlace): Pem {
  if (path === undefined) return { text: null, findings: [] };
  const full = resolve(directory, path);
  const read = readOwnFile(full, "any");
  if (!read.ok) return { text: null, findings: [error(key, notOwnText(full, read.error))] };
  const { text, stats } = read.value;
  const shown = key === "key_file" && (stats.mode & 0o007) !== 0;
  const message = `everybody on this machine can use the private key; run chmod o= ${full}`;
  return { text, findings: shown ? [{ level: "warning", path: ["tls", key], message }] : [] };
}

function halfOfPair({ cert_file: cert, key_file: key }: Tls): readonly Finding[] {
  if ((cert === undefined) === (key === undefined)) return [];
  const [here, missing] =
    cert === undefined ? (["key_file", "cert_file"] as const) : (["cert_file", "key_file"] as const);
  return [error(here, `needs ${missing} beside it: a broker checks the certificate with its key`)];
}

function certificateIn(text: string | null, key: FileKey): readonly Finding[] {
  if (text === null || certificateOf(text) !== null) return [];
  return [error(key, "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")];
}

function certificateOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** An encrypted key can be read only with its passphrase, which is not known while the file is checked. */
function pairTrouble(tls: Tls, cert: string | null, key: string | null): readonly Finding[] {
  if (key === null) return [];
  if (/ENCRYPTED/.test(key)) return tls.key_passphrase === undefined ? [error("key_file", LOCKED)] : [];
  const opened = keyOf(key);
  if (opened === null) return [error("key_file", "holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)")];
  const own = cert === null ? null : certificateOf(cert);
  if (own === null || own.checkPrivateKey(opened)) return [];
  return [error("key_file", "is not the key of the certificate in cert_file")];
}

const LOCKED = "is encrypted; add key_passphrase";

function keyOf(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

function error(key: FileKey, message: string): Finding {
  return { level: "error", path: ["tls", key], message };
}
