import { isoTime } from "../lib/time.ts";
import { answeredService } from "./answered-service.ts";
import type { DeclarationSource } from "./declaration.ts";
import type { Facts } from "./facts.ts";
import { portText, type PortRef } from "./network.ts";

/** Longest text in a sentence that a host, a name server or a file may choose, in characters. */
const HOSTILE_MAX = 64;
/** Longest `message`, full stop included: it becomes the name of an alert. */
const MESSAGE_MAX = 256;

/** The first `max` UTF-16 units, one less rather than half a character. */
export function take(text: string, max: number): string {
  const half = /[\ud800-\udbff]/.test(text.charAt(max - 1));
  return text.slice(0, half ? max - 1 : max);
}

/** Text from outside, clipped so that it cannot push the rest of the sentence out of sight. */
export function clip(text: string): string {
  return text.length <= HOSTILE_MAX ? text : `${take(text, HOSTILE_MAX - 1)}…`;
}

/** `a port`, `an ephemeral port`: by the first letter, which is right for the words that we use. */
export function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? "an" : "a"} ${noun}`;
}

/** One sentence: at most 256 characters, exactly one full stop at its end. */
export function sentence(text: string): string {
  const bare = text.trim().replace(/\.+$/, "");
  return bare.length < MESSAGE_MAX ? `${bare}.` : `${take(bare, MESSAGE_MAX - 2)}….`;
}

/** `2026-11-28T03:45Z`. */
export function minuteText(at: number): string {
  return `${isoTime(at).slice(0, 16)}Z`;
}

interface OfHost {
  readonly host: { readonly address: string; readonly name: string | null } | null;
}

/** `app07.corp.example (10.20.30.41)`, or the address alone. */
export function hostText({ host }: OfHost): string {
  if (host === null) return "an unknown host";
  return host.name === null ? host.address : `${clip(host.name)} (${host.address})`;
}

export function addressText({ host }: OfHost): string {
  return host?.address ?? "an unknown address";
}

interface EndpointRef {
  readonly port: PortRef | null;
  readonly subject: string;
}

/** `4444/tcp`; the subject where there is no port. */
export function endpointText({ port, subject }: EndpointRef): string {
  return port === null ? clip(subject) : portText(port);
}

/** Names from nmap's port table are not repeated: 4444/tcp would be called krb524 in every alert. */
export function serviceText({ after }: { readonly after: Facts }): string {
  const service = answeredService(after);
  return service === null ? "unknown service" : clip(service);
}

export function productText({ before, after }: { readonly before: Facts; readonly after: Facts }): string {
  const name = after.product ?? before.product ?? after.service ?? "The software";
  return clip(name);
}

export function valueText(value: string | null): string {
  return value === null || value === "" ? "unknown" : clip(value);
}

/** `compose.yaml:14`: the sentence names the file, the event's `declared.source` has the whole path. */
export function placeText(source: DeclarationSource | null): string {
  if (source === null) return "the declarations";
  const file = clip(source.file.split("/").at(-1) ?? source.file);
  return source.line === null ? file : `${file}:${source.line}`;
}

/** The same with the whole path. */
export function filePlace({ file, line }: DeclarationSource): string {
  return line === null ? file : `${file}:${line}`;
}

export function dayText(ms: number): string {
  return isoTime(ms).slice(0, 10);
}
