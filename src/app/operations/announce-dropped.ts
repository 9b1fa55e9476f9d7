import { type RefusedFile, takeAnnouncements } from "./drop-folder.ts";
import type { Desk } from "./operation.ts";

/**
 * Before a scan is judged: announces what a pipeline left in the folder. Whatever is in there, the scan goes on; what was
 * refused is in the log and comes back as one sentence each.
 */
export async function announceDropped(desk: Desk): Promise<readonly string[]> {
  const all = await taken(desk);
  for (const one of all) desk.runtime.telemetry.happened("change-refused", { fields: { ...one } });
  return all.map(({ file, line, code, reason }) => {
    const at = line === null ? file : `${file}:${line}`;
    return `announcement refused, the scan goes on without it: ${at}: ${reason} (${code})`;
  });
}

async function taken(desk: Desk): Promise<readonly RefusedFile[]> {
  try {
    return await desk.store.cycles.exclusively(() => takeAnnouncements(desk));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ file: desk.loaded.config.changes.dir ?? "", line: null, code: "TL469", reason }];
  }
}
