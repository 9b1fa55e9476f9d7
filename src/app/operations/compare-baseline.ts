import { resolve } from "node:path";
import { z } from "zod";
import { compareKnownGood } from "../../baseline/known-good/compare.ts";
import { knownGood } from "../../baseline/known-good/export.ts";
import { scopeTest } from "../../config/settings.ts";
import type { KnownGood, KnownHost } from "../../domain/known-good.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { BaselineDiffView } from "../../report/model/baseline-diff.ts";
import type { OperationFailure } from "../failure.ts";
import { EXPORT, namedHosts } from "./export-baseline.ts";
import type { Desk } from "./operation.ts";
import { chunksOf, readKnownGood, withFile } from "./read-known-good.ts";

export const COMPARE = z.strictObject({ ...EXPORT.shape, file: z.string().min(1), cwd: z.string() });

/** What a file says that is not so here, and the reverse. Of a file of some hosts only those are compared. */
export async function compareBaseline(
  desk: Desk,
  { file: name, cwd, hosts }: z.infer<typeof COMPARE>,
): Promise<Result<BaselineDiffView, OperationFailure>> {
  const { segment } = desk.loaded.config;
  const read = await withFile(resolve(cwd, name), name, (found) => readKnownGood(chunksOf(found), name));
  if (!read.ok) return read;
  const { file, outside } = insideScope(read.value, scopeTest(desk.loaded));
  const live = knownGood(await desk.store.cycles.loadBaseline(segment));
  const isWanted = wantedIn(hosts, file);
  return ok({
    kind: "baseline-diff",
    file: name,
    fileSegment: file.segment,
    segment,
    hosts: file.hosts.length,
    outside,
    differences: compareKnownGood(only(file, isWanted), only(live, isWanted)),
  });
}

/** Hosts that are not scanned here are left out and counted. */
export function insideScope(
  file: KnownGood,
  isInside: (address: string) => boolean,
): { readonly file: KnownGood; readonly outside: number } {
  const hosts = file.hosts.filter(({ address }) => isInside(address));
  return { file: { ...file, hosts }, outside: file.hosts.length - hosts.length };
}

function wantedIn(hosts: readonly string[], file: KnownGood): (host: KnownHost) => boolean {
  const isNamed = hosts.length === 0 ? () => true : namedHosts(hosts);
  if (file.learned !== null) return isNamed;
  const addresses = new Set(file.hosts.map(({ address }) => address));
  const ids = new Set(file.hosts.flatMap(({ id }) => id ?? []));
  return (host) => isNamed(host) && (addresses.has(host.address) || (host.id !== null && ids.has(host.id)));
}

function only(known: KnownGood, isWanted: (host: KnownHost) => boolean): KnownGood {
  return { ...known, hosts: known.hosts.filter(isWanted) };
}
