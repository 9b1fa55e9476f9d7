import { cleanText } from "../../../domain/clean-text.ts";

/** The error and everything it names as its cause, outermost first. */
export function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let next = error; next !== null && next !== undefined && !chain.includes(next); ) {
    chain.push(next);
    next = next instanceof Error ? next.cause : undefined;
  }
  return chain;
}

/** One clean line: a server's words may repeat text of a scanned host. */
export function sentence(text: string, maxBytes = 300): string {
  return cleanText(text, { maxBytes });
}

export function messageOf(error: unknown): string {
  return sentence(error instanceof Error ? error.message : String(error));
}

/** `code` as Node's system errors and some clients carry it. */
export function codeOf(error: unknown): string | number | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" || typeof error.code === "number" ? error.code : null;
}

const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;
/** Some clients keep only the words of OpenSSL and Node. */
const TLS_WORDS =
  /self-signed certificate|unable to (verify|get) .*(certificate|issuer)|certificate has expired|certificate is not yet valid|does not match certificate's altnames|wrong version number|ssl3?_|alert (unknown ca|bad certificate|handshake failure|protocol version)/i;

/** Certificates do not heal by themselves: the sink stops instead of trying for ever. */
export function isTlsError(error: unknown): boolean {
  return causes(error).some((cause) => {
    const code = codeOf(cause);
    if (typeof code === "string" && TLS_CODE.test(code)) return true;
    return cause instanceof Error && TLS_WORDS.test(cause.message);
  });
}
