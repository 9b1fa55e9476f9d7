import { z } from "zod";
import type { JsonObject } from "../../domain/ports/setup.ts";

/** A saved object as a file of them holds it, and as Kibana gives it back; what else is in it stays in it. */
export interface SavedObject {
  readonly id: string;
  readonly type: string;
  readonly attributes: JsonObject;
  readonly references: readonly { readonly type: string; readonly id: string; readonly name: string }[];
  readonly created_at?: string | undefined;
  readonly updated_at?: string | undefined;
}

export const savedObject: z.ZodType<SavedObject> = z.looseObject({
  id: z.string(),
  type: z.string(),
  attributes: z.record(z.string(), z.json()),
  references: z.array(z.object({ type: z.string(), id: z.string(), name: z.string() })).default([]),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
});

/**
 * An import writes both times at once, and whoever edits the object later moves the second one only. So Kibana may
 * bring the content into a newer form without anybody having changed it.
 */
export function isAsImported({ created_at: created, updated_at: updated }: SavedObject): boolean {
  return created !== undefined && created === updated;
}

/** What a type is called where people see it. */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  "index-pattern": "data view",
  search: "saved search",
  dashboard: "dashboard",
};
