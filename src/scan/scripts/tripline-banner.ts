import { CAPS } from "../../domain/clean-text.ts";
import { type FieldKind, readOptional } from "../xml/text.ts";
import type { Script } from "./script.ts";
import { leaf } from "./table.ts";

const TEXT: FieldKind = { label: "banner", maxBytes: CAPS.banner, multiline: true, escaped: true };
// The meaning of its keys that this reader knows.
const SCHEMA = 1;

/** What the server says first, without dates, nonces, counters and host names. */
export const triplineBanner: Script<"tripline-banner"> = {
  id: "tripline-banner",
  run: {
    source: "tripline",
    schema: SCHEMA,
    categories: ["discovery", "safe"],
    requests: "none: one connection, reads only",
  },
  read: (script, cuts) => {
    const known = leaf(script, "schema") === String(SCHEMA);
    return { values: { banner: known ? readOptional(leaf(script, "norm"), TEXT, cuts) : null } };
  },
};
