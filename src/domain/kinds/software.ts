import { endpointText, hostText, productText, valueText } from "../words.ts";
import { LISTENER, WHO } from "./checks.ts";
import { knownChanges } from "./known.ts";
import type { KindRow } from "./row.ts";

/** The same program on a port, and what it says of itself is different. */
export const SOFTWARE_KINDS = {
  "version-changed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "wins",
    family: "software",
    rank: 140,
    coveredBy: ["service-changed"],
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["version"] },
    absorbed: { when: "field-stays", field: "version" },
    accept: { makes: "port-fields", fields: ["version", "extra_info", "banner"] },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "Software version changed",
      group: "service",
      attack: [],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.02, maxBits: 5.6, share: null },
      exposure: null,
      atMost: 47,
      why: "a package update: 0.003 per host and day",
    },
    counts: { what: "port-field", fields: ["version"], turns: "forward", orOf: ["port-opened", "port-closed"] },
    known: knownChanges,
    alertedBy: ["other-high-anomaly"],
    message: {
      opened: (a) =>
        `${productText(a)} on ${hostText(a)} ${endpointText(a)} went from ${valueText(a.from)} to ${valueText(a.to)}`,
      what: (a) => `New version of ${productText(a)} on ${hostText(a)} ${endpointText(a)}`,
      over: (a) => `${productText(a)} on ${hostText(a)} ${endpointText(a)} is back at ${valueText(a.from)}`,
    },
    runbook: {
      mayBe: ["a package update (most often)", "a manual build", "another binary under the old name"],
      check: ["patch window", "package log of the host", "hash of the binary against the package"],
    },
    page: {
      about: [
        "The same product answers with a different version, usually a newer one. It is the ordinary trace of patching, and worth",
        "keeping: it shows when a host was patched, and reveals changes that have no change record.",
      ],
      ordinary: [
        "- **A package update**: the distribution ships the version, the change falls in a patch window, and sister hosts follow",
        "  within days. Three hosts are one [rollout](rollout.md).",
        "- **A manual build**: a version that no distribution ships, or one with your own suffix.",
        "- **Worth a look**: a single server, outside any window, without a ticket; a version that does not exist upstream.",
        "- An older version is a kind of its own: [version-downgraded](version-downgraded.md).",
      ],
      next: [
        "**Fine**: accept it or leave it: its rules keep this kind below the alert level. **Not known**: compare the binary's",
        "hash with its package, and look up known vulnerabilities of both versions.",
      ],
      found: [
        "The version text of the same product on the same port, as the service reports it. Ranges (`3.X - 4.X`, `2.2.8 or later`)",
        "are never compared, because they depend on the probe that answered; neither is a version that appears beside a product",
        "that was not named before. Two versions that cannot be ordered count as an upgrade.",
      ],
      fields: [
        "`tripline.baseline.version` → `tripline.observed.version`, with `.product` on both sides; `service.version`.",
      ],
    },
  },
  "version-downgraded": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "wins",
    family: "software",
    rank: 130,
    coveredBy: ["service-changed"],
    second: "told",
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["version"] },
    absorbed: null,
    accept: { makes: "port-fields", fields: ["version", "extra_info", "banner"] },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "Software version went back",
      group: "service",
      attack: ["T1562.010"],
      attackByService: false,
    },
    score: {
      rarity: { perDay: 0.001, maxBits: null, share: null },
      exposure: { of: "service", share: null },
      atMost: null,
      why: null,
    },
    counts: { what: "port-field", fields: ["version"], turns: "back", orOf: ["port-opened", "port-closed"] },
    known: knownChanges,
    alertedBy: ["version-downgrade"],
    message: {
      opened: (a) =>
        `${productText(a)} on ${hostText(a)} ${endpointText(a)} went back from ${valueText(a.from)} to ${valueText(a.to)}`,
      what: (a) => `Older version of ${productText(a)} on ${hostText(a)} ${endpointText(a)}`,
      over: (a) => `${productText(a)} on ${hostText(a)} ${endpointText(a)} is at ${valueText(a.from)} again`,
    },
    runbook: {
      mayBe: [
        "a rollback after a failed update",
        "a restored image",
        "a known-vulnerable version put back (candidate T1562.010)",
      ],
      check: [WHO, "package log of the host", "known vulnerabilities of the older version"],
    },
    page: {
      about: [
        "The same product answers with an older version than before. Software seldom goes back by itself: a rollback, a restored",
        "image, a second and older host behind the same address, or a vulnerable version that was put back on purpose.",
      ],
      ordinary: [
        "- **A rollback** follows a failed update within hours: there is a [version-changed](version-changed.md) of the same port",
        "  shortly before, which resolves now.",
        "- **A restored image or snapshot** takes several products on the same host back at once.",
        "- **A pool behind one address** flips between two versions; both are reported once, and accepting neither helps: scan",
        "  the members instead.",
        "- **Worth a call**: a single product on a single server, no rollback known, and the older version has a public exploit.",
      ],
      next: [
        "**A rollback**: accept it with the ticket, and plan the update again. **Not known**: treat the host as exposed to the",
        "vulnerabilities of that version; look at logins and process starts since `event.start`.",
      ],
      found: [
        "Like [version-changed](version-changed.md), but the versions are put in order: numbers as numbers, `9.6 < 9.6p1`,",
        "release candidates before their release. Where two texts cannot be ordered, it is not a downgrade.",
      ],
      fields: [
        "`tripline.baseline.version` → `tripline.observed.version`, `.product`; `tripline.exposure.class` for what the service",
        "means to an attacker.",
      ],
    },
  },
  "banner-changed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "wins",
    family: "software",
    rank: 150,
    coveredBy: ["service-changed", "version-changed", "version-downgraded"],
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["banner", "extra_info"] },
    absorbed: null,
    accept: { makes: "port-fields", fields: ["banner", "extra_info"] },
    rollout: { byValue: true, names: "subject" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "Banner changed",
      group: "service",
      attack: ["T1036"],
      attackByService: false,
    },
    score: { rarity: { perDay: 0.01, maxBits: 7, share: null }, exposure: null, atMost: 47, why: null },
    counts: { what: "port-field", fields: ["banner", "extra_info"], turns: null, orOf: ["port-opened", "port-closed"] },
    known: knownChanges,
    alertedBy: ["other-high-anomaly"],
    message: {
      opened: (a) => `The banner of ${endpointText(a)} on ${hostText(a)} changed`,
      what: (a) => `Different banner on ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `The banner of ${endpointText(a)} on ${hostText(a)} is back to its known value`,
    },
    runbook: {
      mayBe: ["a configuration change", "an update that does not show its version", "another program"],
      check: [WHO, LISTENER],
    },
    page: {
      about: [
        "The greeting of a service, or something else it says about itself, is different, although protocol, product and version",
        "are the same. Mostly this is configuration; sometimes it is the only trace of another program that imitates the old one.",
      ],
      ordinary: [
        "- **Configuration**: a new greeting, host name, legal notice or supported mechanism.",
        "- **A distribution's patch level** inside the banner (`Debian-2+deb12u3`): a patch without a new upstream version.",
        "- **Something that changes at every connection** (a time, a session) is normalised away; if it still flickers, mute that",
        "  port and report the banner to the Tripline project.",
        "- **Worth a look**: fewer details than before on a service that nobody configured, or a spelling that no version of the",
        "  product uses.",
      ],
      next: [
        "**Fine**: accept it. **It flips between two texts**: a pool behind one address; mute it and give that as the reason. On",
        "its own, this kind stays below the alert level by its rules.",
      ],
      found: [
        "The banner script reads the greeting of services that speak first, and normalises numbers that change by design. The",
        "whole text is compared by its hash; the event shows the beginning. Extra information of version detection is compared",
        "too. The product must be the same: otherwise it is [service-changed](service-changed.md).",
      ],
      fields: [
        "`tripline.baseline.banner`, `tripline.observed.banner` (cut), `.banner_sha256` (of the whole), `.extra_info`.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;
