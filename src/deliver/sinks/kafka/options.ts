import { z } from "zod";
import { isPort, secretText } from "../../../config/values.ts";

const BROKER = /^(?:[^\s:[\]]+|\[[0-9A-Fa-f:.]+\]):\d+$/;

/** `kafka-1:9092`, `[2001:db8::7]:9092`. */
const hostAndPort = z
  .string()
  .refine((text) => BROKER.test(text), "a broker is host:port, for IPv6 [address]:port")
  .refine(
    (text) => isPort(text.slice(text.lastIndexOf(":") + 1)),
    "the port of a broker is 1 to 65535, for example kafka-1:9092",
  )
  .meta({ title: "host:port", pattern: BROKER.source });

const file = z.string().meta({ title: "path" }).optional();

const tls = z.strictObject({
  ca_file: file.describe("certificate of a private authority, PEM; without it the system's authorities count"),
  cert_file: file.describe("own certificate and its chain, PEM, for brokers that want one; needs `key_file`"),
  key_file: file.describe("private key of `cert_file`, PEM"),
  key_passphrase: secretText.optional().describe("of an encrypted key, as `${file:PATH}` or `${env:NAME}`"),
  server_name: z
    .string()
    .regex(/^(?![\d.]+$)[A-Za-z0-9._-]{1,253}$/, "a server name is a host name, for example kafka.internal")
    .meta({ title: "host name" })
    .optional()
    .describe("name in the brokers' certificates, where it is not the one they are reached by"),
  insecure_skip_verify: z.boolean().default(false).describe("do not check certificates"),
});

const SASL_MECHANISMS = ["plain", "scram-sha-256", "scram-sha-512"] as const;

const sasl = z.strictObject({
  mechanism: z.enum(SASL_MECHANISMS).describe("as the brokers' listener offers it"),
  username: z.string().min(1).describe("name of the agent's own user"),
  password: secretText.describe("as `${file:PATH}` or `${env:NAME}`"),
});

export const options = z.strictObject({
  brokers: z.array(hostAndPort).min(1).describe("bootstrap brokers"),
  topic_prefix: z
    .string()
    .regex(/^[a-z0-9.]{1,100}$/, "a topic prefix has lower-case letters, digits and dots only")
    .default("tripline")
    .describe("topics are `<prefix>.anomaly`, `.scan`, `.observation`, `.audit`"),
  compression: z.enum(["none", "gzip"]).default("none").describe("of batches"),
  tls: tls.optional().describe("talk TLS; `tls: {}` trusts the authorities of the system"),
  sasl: sasl.optional().describe("log in"),
});

export type KafkaOptions = z.output<typeof options>;
