import { Client, Transport } from "@elastic/elasticsearch";

/** The only door to the official client, together with `failure.ts` for its errors. */

export interface ElasticsearchSettings {
  readonly url: string;
  readonly auth: { readonly apiKey: string } | { readonly username: string; readonly password: string } | null;
  /** PEM text, or null for the system's certificates. */
  readonly ca: string | null;
  readonly insecureSkipVerify: boolean;
  /** Default 30 s. Of the client, without any answer. */
  readonly requestTimeoutMs?: number;
}

type TransportOptions = ConstructorParameters<typeof Transport>[0];

/**
 * An 8.x server refuses the headers of a 9.x client. The client option of this name is ignored, and forcing `headers`
 * would also force `+json` on `_bulk`: it can be set only on the transport itself.
 */
class Version8Transport extends Transport {
  constructor(options: TransportOptions) {
    const type = "application/vnd.elasticsearch";
    const vendoredHeaders = {
      jsonContentType: `${type}+json; compatible-with=8`,
      ndjsonContentType: `${type}+x-ndjson; compatible-with=8`,
      accept: `${type}+json; compatible-with=8,text/plain`,
    };
    super({ ...options, vendoredHeaders });
  }
}

/** An answer to 500 events has at most some 100 KiB; more is not an answer of the bulk API. */
const MAX_ANSWER_BYTES = 16 * 1024 ** 2;

/**
 * No retries and no sniffing: the relay alone decides when something is sent again. 9.x has no default time-out.
 */
export function makeClient(settings: ElasticsearchSettings, major: 8 | 9): Client {
  const { url, auth, ca, insecureSkipVerify, requestTimeoutMs = 30_000 } = settings;
  const tls = { ...(ca === null ? {} : { ca }), rejectUnauthorized: !insecureSkipVerify };
  return new Client({
    node: url,
    ...(auth === null ? {} : { auth }),
    ...(url.startsWith("https:") ? { tls } : {}),
    ...(major === 8 ? { Transport: Version8Transport } : {}),
    maxRetries: 0,
    requestTimeout: requestTimeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
    maxCompressedResponseSize: MAX_ANSWER_BYTES,
    compression: true,
    sniffOnStart: false,
  });
}
