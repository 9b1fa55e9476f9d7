import { CAPS } from "../../domain/clean-text.ts";
import { type FieldKind, readOptional } from "../xml/text.ts";
import type { Script } from "./script.ts";
import { leaf } from "./table.ts";

const TEXT: FieldKind = { label: "http_title", maxBytes: CAPS.product, escaped: true };

/** Follows redirects to other hosts, so it is never asked: the answer may come from outside the scope. */
export const httpTitle: Script<"http-title"> = {
  id: "http-title",
  run: null,
  read: (script, cuts) => ({ values: { http_title: readOptional(leaf(script, "title"), TEXT, cuts) } }),
};
