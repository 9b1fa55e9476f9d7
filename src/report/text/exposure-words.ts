import type { ExposureClass } from "../../domain/facts.ts";

/** What a class of exposure is, for somebody who never heard of classes. */
export const EXPOSURE_WORDS: Readonly<Record<ExposureClass, string>> = {
  "remote-admin": "remote admin",
  "data-store": "data store",
  "control-plane": "control plane",
  "proxy-tunnel": "proxy or tunnel",
  "remote-access-tool": "remote access",
  web: "web service",
  mail: "mail service",
  file: "file service",
  other: "ordinary service",
  unknown: "not identified",
};
