import type { PortField } from "../fields/port.ts";

/** Another program shows other values in all of these. */
export const SOFTWARE_FIELDS: readonly PortField[] = [
  "service",
  "product",
  "version",
  "extra_info",
  "banner",
  "http_title",
];
