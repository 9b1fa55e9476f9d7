import { CAPS, type CleanText, cleanTextWithCut } from "../../domain/clean-text.ts";
import { decodeEscapedText, decodeText } from "./decode.ts";
import { copyText, sharing } from "./sharing.ts";

/** How one field of the XML is read: its cap, its dialect, and the name under which a cut is reported. */
export interface FieldKind {
  readonly label: string;
  readonly maxBytes: number;
  readonly multiline?: boolean;
  /** NSE output and service fields carry nmap's literal `\xNN` escapes. */
  readonly escaped?: boolean;
}

export const FIELD = {
  name: { label: "name", maxBytes: CAPS.name },
  vendor: { label: "vendor", maxBytes: CAPS.name },
  service: { label: "service", maxBytes: CAPS.name, escaped: true },
  product: { label: "product", maxBytes: CAPS.product, escaped: true },
  version: { label: "version", maxBytes: CAPS.product, escaped: true },
  extraInfo: { label: "extra_info", maxBytes: CAPS.product, escaped: true },
  cpe: { label: "cpe", maxBytes: CAPS.name, escaped: true },
  os: { label: "os", maxBytes: CAPS.name },
  scriptKey: { label: "script", maxBytes: CAPS.name, escaped: true },
  script: { label: "script", maxBytes: CAPS.script, multiline: true, escaped: true },
  args: { label: "args", maxBytes: CAPS.script },
  message: { label: "message", maxBytes: CAPS.banner },
} as const satisfies Readonly<Record<string, FieldKind>>;

/** Raw XML text → clean text; the label of a field that was cut is added to `cuts`. */
export function readText(raw: string, kind: FieldKind, cuts?: Set<string>): CleanText {
  const decoded = kind.escaped === true ? decodeEscapedText(raw) : decodeText(raw);
  const { text, cutFrom } = cleanTextWithCut(own(decoded), kind);
  if (cutFrom !== null) cuts?.add(kind.label);
  return text;
}

/** As {@link readText}; a missing or empty value is null. */
export function readOptional(raw: string | undefined, kind: FieldKind, cuts?: Set<string>): CleanText | null {
  return raw === undefined || raw === "" ? null : readText(raw, kind, cuts);
}

/** Words of a scan are shorter: products, versions, keys of scripts, facts of stacks. */
const LONGEST_SHARED = 64;
const words = sharing<string>(8192);

/** A copy that keeps no host element in memory, and the same one for the same short text. */
export function own(text: string): string {
  return text.length > LONGEST_SHARED ? copyText(text) : words(text, () => copyText(text));
}
