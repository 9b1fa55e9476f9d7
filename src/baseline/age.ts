import type { FieldBaseline, HostBaseline, PortBaseline, Seen } from "../domain/baseline.ts";
import type { CycleView } from "../domain/cycle.ts";
import { severalValues } from "../domain/fields/compare.ts";
import type { PortField } from "../domain/fields/port.ts";
import { forgetAfter, SCANS_OF_AN_UPGRADE } from "../domain/maturity.ts";

/** A sensor that was off has not looked: so many scans must have missed a host before it is forgotten. */
const SCANS_BEFORE_FORGOTTEN = 10;

/** True when what is there now has been there for long enough to be normal. */
export function isOld(since: Seen | undefined, now: Seen, forgetMs: number): boolean {
  return since !== undefined && now.at - since.at >= forgetMs;
}

/** The version before the upgrade is over, and so are the banner and the details that belonged to it. */
export function outgrown(fields: PortBaseline["fields"], values: ReadonlyMap<PortField, string>): boolean {
  const version = fields.get("version");
  if (version === undefined || values.get("version") !== version.current || version.current === version.value) {
    return false;
  }
  return version.streak + 1 >= SCANS_OF_AN_UPGRADE && isNewer(fields, values);
}

/** The same product in a newer version than the normal one. */
export function isNewer(fields: PortBaseline["fields"], values: ReadonlyMap<PortField, string>): boolean {
  const [version, now] = [fields.get("version")?.value, values.get("version")];
  if (version === undefined || now === undefined) return false;
  const newer = severalValues("version").outgrows?.(version, now) === true;
  return newer && isOrdinary(fields.get("product"), values.get("product"));
}

function isOrdinary(known: FieldBaseline | undefined, product: string | undefined): boolean {
  return known === undefined || product === undefined || known.value === product;
}

/** A port that has been closed for so long is not remembered any more: its next opening is that of a new port. */
export function isForgottenPort(port: PortBaseline, now: Seen, forgetMs: number): boolean {
  return port.current === "closed" && now.at - port.lastSeen.at >= forgetMs;
}

/** Hosts, strangers among them, that were not seen for as long as it takes to forget them. */
export function forgottenHosts(view: CycleView): readonly HostBaseline[] {
  const { scanNumber, endedAt } = view.context;
  const missed = view.absent.map(({ known }) => known);
  return missed.filter(
    ({ lastSeen }) =>
      endedAt - lastSeen.at >= forgetAfter(view.context) && scanNumber - lastSeen.scan >= SCANS_BEFORE_FORGOTTEN,
  );
}
