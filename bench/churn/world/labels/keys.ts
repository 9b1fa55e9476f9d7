import type { WorldCertificate } from "../../types.ts";
import { portKey } from "../machine.ts";
import { AUTHORITIES, type Authority, CORPORATE, issued, PUBLIC, selfSigned, sshKeys } from "../ports.ts";
import type { Alter, Alteration, Scene } from "./alteration.ts";
import { pickPort } from "./software.ts";

/** Other SSH host keys on every port that has some. */
export const replaceKeys: Alter = ({ draft, machine }) => {
  const ports = [...draft.ports.values()].filter(({ sshKeys: keys }) => keys.length > 0);
  const [first] = ports;
  if (first === undefined) return null;
  const keys = sshKeys(machine.truth, 1);
  return {
    ports: ports.map(portKey),
    right: { field: "ssh", from: first.sshKeys.join(","), to: keys.join(",") },
    edit: (now) =>
      ports.forEach((port) =>
        now.ports.set(portKey(port), { ...(now.ports.get(portKey(port)) ?? port), sshKeys: keys }),
      ),
    undo: (now) => ports.forEach((port) => now.ports.set(portKey(port), port)),
  };
};

const FOREIGN: readonly Authority[] = [
  { issuer: "ZeroSSL RSA Domain Secure Site CA", organisation: "ZeroSSL", days: 90, renewedAfter: 60 },
  { issuer: "Cloud Gateway CA", organisation: "Inspection Appliances Ltd", days: 365, renewedAfter: 300 },
  { issuer: "Example Issuing CA 2", organisation: "Examp1e Corp", days: 365, renewedAfter: 300 },
];

/** A certificate for the same names from an authority that nobody here uses. */
export const foreignIssuer: Alter = (scene) =>
  reissue(scene, (before) => issue(before, scene.chance.pick(FOREIGN), scene.now));

/** The names go over to the other authority that is in use here. */
export const otherAuthority: Alter = (scene) =>
  reissue(scene, (before) =>
    issue(before, before.organisation === PUBLIC.organisation ? CORPORATE : PUBLIC, scene.now),
  );

export const selfSign: Alter = (scene) =>
  reissue(scene, (before) => selfSigned(before.subject, `self ${before.subject}`, scene.now - HOUR_MS));

const HOUR_MS = 3_600_000;

function issue(before: WorldCertificate, authority: Authority, now: number): WorldCertificate {
  return issued(before.subject, authority, { notBefore: now - HOUR_MS, serial: `by ${authority.organisation}` });
}

function reissue(scene: Scene, make: (before: WorldCertificate) => WorldCertificate): Alteration | null {
  const issuers = new Set(AUTHORITIES.map(({ organisation }) => organisation));
  const port = pickPort(scene, ({ certificate }) => issuers.has(certificate?.organisation ?? ""));
  const before = port?.certificate ?? null;
  if (port === null || before === null) return null;
  const key = portKey(port);
  const certificate = make(before);
  return {
    ports: [key],
    right: { field: "issuer", from: before.issuer, to: certificate.issuer },
    edit: ({ ports, pinned }) => {
      ports.set(key, { ...(ports.get(key) ?? port), certificate });
      pinned.add(key);
    },
    undo: ({ ports, pinned }) => {
      ports.set(key, port);
      pinned.delete(key);
    },
  };
}
