import type { TechniqueId } from "../attack.ts";
import type { HostField } from "../fields/host.ts";
import type { PortField } from "../fields/port.ts";
import type { HostRole } from "../role.ts";
import type { Known } from "./known.ts";
import type { Named, Told } from "./told.ts";

/**
 * Everything that is a fact about one kind of anomaly. Every cell is written out in every row: a kind whose cell was
 * forgotten does not compile. `Kind` is the list of all kinds, which only the assembled catalogue knows.
 */
export interface KindRow<Kind extends string = string> {
  /** Who makes it: a detector, what joins deviations of one host, what groups hosts, or a comparison with declarations. */
  readonly madeBy: "detector" | "join" | "group" | "declarations";
  /** What it is about. `ports`: how many ports of the host answer; of that a host has one open anomaly. */
  readonly subject: "port" | "ports" | "host-field" | "host" | "hosts";
  /** What is there that was not: rarity then counts how often it was there, else how often it changed. */
  readonly appears: "port" | "host" | null;
  /**
   * `source`: it comes from a declaration. `wins`: a declaration about the same place replaces it. `apart`: it says what is
   * there, whatever was learned or declared.
   */
  readonly declaration: "source" | "wins" | "beside" | "apart";
  /** Independent kinds of evidence: two changes of one family count as one. Null: it corroborates nothing. */
  readonly family: "port" | "software" | "identity" | "system" | null;
  /** Of the kinds that meet on one endpoint, the lowest rank is reported. Null: it comes after all of them. */
  readonly rank: number | null;
  /** Kinds that say more about the same subject: if one of them is there, this kind is left out. */
  readonly coveredBy: readonly Kind[];
  /**
   * `told`: it is news of its own on something that is reported already and not accepted, as another key is. Absent: it is
   * noted on what is reported.
   */
  readonly second?: "told";
  /** `another`: the machine at the address was replaced. `its`: what follows from that and is left out beside it. */
  readonly machine: "another" | "its" | null;
  readonly gone: Gone;
  readonly absorbed: Absorbed | null;
  readonly accept: Accept;
  readonly rollout: Rollout | null;
  /** For information: severity low, never an alert. */
  readonly informational: boolean;
  /**
   * What an announced change does to it: its news is explained and learned, or lowered until the change ends because the
   * declaration has to follow. Null: no announcement explains it.
   */
  readonly planned: "learned" | "lowered" | null;
  readonly event: EventCells;
  readonly score: ScoreCells;
  /** What is counted for its rarity; null: nothing is, its surprise is fixed or that of its members. */
  readonly counts: Counts<Kind> | null;
  /** What the baseline knew, for `event.reason`; null where the number of hosts says it. */
  readonly known: Known | null;
  /** The rules of `rules/alerts` that take its events in a SIEM; or why nobody is woken by it. */
  readonly alertedBy: readonly [string, ...string[]] | { readonly none: string };
  readonly message: Phrases;
  readonly runbook: Runbook;
  readonly page: Page;
}

/** How an open anomaly is found over, when no deviation mentions it any more. What was not measured is never over. */
export type Gone =
  /** The port is settled in its normal state. */
  | { readonly when: "port-normal" }
  /** Every one of these fields that is normally known was seen with its normal value. */
  | { readonly when: "port-fields-normal"; readonly fields: readonly PortField[] }
  | { readonly when: "host-field-normal"; readonly field: HostField }
  /** The stranger became known, or left. */
  | { readonly when: "stranger-explained" }
  | { readonly when: "host-answers" }
  /** Strong evidence of the known machine was seen again. */
  | { readonly when: "own-evidence-back" }
  /** Nothing of the burst was open for as long as closing one port takes. */
  | { readonly when: "burst-closed" }
  /** The endpoint was really looked at, and the comparison found nothing. */
  | { readonly when: "endpoint-measured" }
  /** Its state no longer changes too often. */
  | { readonly when: "steady" }
  /** Every member is, by the rule of its own kind. */
  | { readonly when: "members-gone" };

/** When it is over although nothing went back: what it tells became the reference by itself. */
export type Absorbed =
  | { readonly when: "always" }
  | { readonly when: "port-stays-open" }
  | { readonly when: "field-stays"; readonly field: PortField };

/** What an accept makes normal. A field kind also takes the fields that its deviation swallowed. */
export type Accept =
  /** The state of the port, with all it shows. */
  | { readonly makes: "port" }
  | { readonly makes: "port-fields"; readonly fields: readonly PortField[] }
  | { readonly makes: "host-fields"; readonly fields: readonly HostField[] }
  | { readonly makes: "host" }
  /** The host without the ports that only the previous machine had. */
  | { readonly makes: "machine" }
  /** That the host stays away: a stranger when it comes back. */
  | { readonly makes: "absence" }
  | { readonly makes: "burst" }
  /** On every member what its own kind makes normal. */
  | { readonly makes: "members" };

/** The same change on several hosts is one rollout; a kind without this cell is always told by host. */
export interface Rollout {
  /** Equal values on a few hosts are enough. False: every host has values of its own, only a wide change is one. */
  readonly byValue: boolean;
  readonly names: Named;
}

/** What the event contract says about one action. */
export interface EventCells {
  /** `event.category`. */
  readonly category: readonly string[];
  /** `event.type` of the opening; later steps are `info`. */
  readonly type: "start" | "end" | "change" | "info" | "creation" | "deletion";
  /** `rule.name`: the detector, for people. */
  readonly rule: string;
  /** `rule.category`. */
  readonly group: string;
  /** ATT&CK techniques it may be part of. */
  readonly attack: readonly TechniqueId[];
  /** True: a class of service just appeared, and brings techniques of its own. */
  readonly attackByService: boolean;
}

/**
 * One trial is one day of one host, one hit a day on which this happened and was settled: it went back by itself, or
 * became normal (learned, accepted, declared, lasted). What is still open is no hit. The host's own days come first, then
 * those of its peers, then those of the segment.
 */
export type Counts<Kind extends string = string> =
  /** A port turned so, by the class of its number and, where it opened, by what it showed. */
  | { readonly what: "port"; readonly turns: "open" | "closed" }
  /**
   * One of these fields of a port got another value; a version in one direction. `orOf`: behind a port that was closed
   * meanwhile it is at most as rare as these.
   */
  | {
      readonly what: "port-field";
      readonly fields: readonly PortField[];
      readonly turns: "forward" | "back" | null;
      readonly orOf: readonly Kind[];
    }
  /** `disjoint`: lists of which nothing was left, twice in a row; anything less is no hit, as it is no deviation. */
  | { readonly what: "host-field"; readonly fields: readonly HostField[]; readonly disjoint: boolean }
  /**
   * A host turned so. A newcomer has no days of its own: those of the segment count, by who made its MAC address (phones
   * that make up their own do not make a strange machine ordinary), and it is new only once.
   */
  | { readonly what: "host"; readonly turns: "up" | "gone" }
  /** All strong evidence of a host was replaced. */
  | { readonly what: "machine" }
  /** The same as of that kind. */
  | { readonly what: "as"; readonly kind: Kind };

/** How it is weighed: this line of `rules/scoring/default.yaml`, where the words are explained. */
export interface ScoreCells {
  readonly rarity: Rarity | null;
  readonly exposure: Exposure | null;
  /** Highest score; null: the scale ends at 100. */
  readonly atMost: number | null;
  /** What a loss is worth by what the host is for; a role that is not named is worth nothing extra. */
  readonly byRole?: Readonly<Partial<Record<HostRole, RoleCells>>>;
  /** What the numbers were set by, for the file. */
  readonly why: string | null;
}

export interface RoleCells {
  readonly points: number;
  /** Instead of that of the kind. */
  readonly atMost: number;
}

export type Rarity =
  /** How likely it is on one day of one host before anything was learned; never rarer than `maxBits`. */
  | { readonly perDay: number | "class"; readonly maxBits: number | null; readonly share: number | null }
  /** Fixed surprisal, where no rate applies. */
  | { readonly bits: number };

export type Exposure =
  /** What the port or service means. */
  | { readonly of: "service"; readonly share: number | null }
  /** Fixed points, and those of a closed segment. */
  | { readonly points: number; readonly closed: number };

type Phrase = (told: Told) => string;

/** The opening sentence (it becomes the alert's name: no score), a noun phrase, and how it ends. No full stops. */
export interface Phrases {
  readonly opened: Phrase;
  readonly what: Phrase;
  readonly over: Phrase;
}

/**
 * What it may be, the most frequent first, and what to look at: `{ip}`, `{port}`, `{proto}` are filled in. Techniques are
 * candidates, never findings.
 */
export interface Runbook {
  readonly mayBe: readonly string[];
  readonly check: readonly string[];
}

/** The prose of its page in docs/anomalies as lines of Markdown; what the other cells know is added when it is made. */
export interface Page {
  /** What was measured, against what, and why somebody should care. */
  readonly about: readonly string[];
  /** How the ordinary causes look in this event, and what speaks for the bad ones. */
  readonly ordinary: readonly string[];
  /** What to do when it is fine, when it is a mistake, and when it is an attack. */
  readonly next: readonly string[];
  /** What is compared, how it is confirmed, when it resolves, what it cannot see. */
  readonly found: readonly string[];
  /** The leaves of the event that matter for this kind. */
  readonly fields: readonly string[];
}
