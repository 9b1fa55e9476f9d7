import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { SinkCheck } from "../../../domain/ports/sink.ts";
import { ensurePrivateDirectory } from "../../../lib/files.ts";

/** Looks without cutting anything: another process may be writing a line just now. */
export function checkFile(path: string): readonly SinkCheck[] {
  try {
    ensurePrivateDirectory(dirname(path));
    closeSync(openSync(path, "a", 0o600));
    return [{ name: "writable", ok: true, detail: path, fix: null }];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: "writable", ok: false, detail, fix: `make ${dirname(path)} writable for this user` }];
  }
}
