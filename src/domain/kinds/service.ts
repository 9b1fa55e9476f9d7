import { endpointText, hostText, valueText } from "../words.ts";
import { SOFTWARE_FIELDS } from "./software-fields.ts";
import { APPEARED_RULES } from "./alerted-by.ts";
import { LISTENER, WHO } from "./checks.ts";
import { knownChanges } from "./known.ts";
import type { KindRow } from "./row.ts";

/** What answers on a port is another program. */
export const SERVICE_KINDS = {
  "service-changed": {
    madeBy: "detector",
    subject: "port",
    appears: null,
    declaration: "wins",
    family: "software",
    rank: 90,
    coveredBy: [],
    second: "told",
    machine: "its",
    gone: { when: "port-fields-normal", fields: ["service", "product"] },
    absorbed: null,
    accept: { makes: "port-fields", fields: SOFTWARE_FIELDS },
    rollout: { byValue: true, names: "values" },
    informational: false,
    planned: "learned",
    event: {
      category: ["network", "host"],
      type: "change",
      rule: "Another protocol on a port",
      group: "service",
      attack: ["T1571", "T1036"],
      attackByService: true,
    },
    score: {
      rarity: { perDay: 0.001, maxBits: null, share: null },
      exposure: { of: "service", share: null },
      atMost: null,
      why: null,
    },
    counts: { what: "port-field", fields: ["service", "product"], turns: null, orOf: ["port-opened", "port-closed"] },
    known: knownChanges,
    alertedBy: APPEARED_RULES,
    message: {
      opened: (a) =>
        `Port ${endpointText(a)} on ${hostText(a)} now speaks ${valueText(a.to)} instead of ${valueText(a.from)}`,
      what: (a) => `Different service on ${endpointText(a)} of ${hostText(a)}`,
      over: (a) => `Port ${endpointText(a)} on ${hostText(a)} speaks ${valueText(a.from)} again`,
    },
    runbook: {
      mayBe: [
        "a migration",
        "another program took the port after a crash",
        "a service replaced to intercept logins (candidate T1036)",
      ],
      check: [WHO, LISTENER, "`tripline explain` of other anomalies on {ip}"],
    },
    page: {
      about: [
        "The same port answers with a different protocol or product than before. Something else listens there now: after a",
        "migration, after a crash when another program took the port, or because somebody replaced a trusted program with their",
        "own.",
      ],
      ordinary: [
        "- **A migration** changes the product and keeps the protocol (`http (apache)` → `http (nginx)`), in a change window, on",
        "  all hosts of the role.",
        "- **A development server** shows another product at every start.",
        "- **Not the host**: a proxy or captive portal answers in its place; then several hosts change to the same product at",
        "  once.",
        "- **Worth a call**: a login service (SSH, RDP, LDAP, a web login) became another product under the same port; a",
        "  plain-text protocol where there was encryption; a shell or a proxy where there was a web server.",
      ],
      next: [
        "**Fine**: accept it; the new service is the reference from then on. **Nobody knows it**: treat the new listener as",
        "hostile, look at its process before you stop it, and assume that everything clients sent it since `event.start` was",
        "read.",
      ],
      found: [
        "Only what the service said itself is compared: nmap's name from version detection with a confidence of 8 or more, never",
        "a name from the port table, `tcpwrapped` or a weak guess. A changed product on the same protocol counts too. Version and",
        "banner of the same port are then part of this anomaly. A new protocol on a mature host is probed a second time at once.",
      ],
      fields: [
        "`tripline.baseline.service`, `.product` beside `tripline.observed.service`, `.product`, `.version`, `.banner`.",
        "`tripline.observed.confidence`: nmap's, up to 10. `tripline.observed.usual_port`: whether the protocol usually runs",
        "there.",
      ],
    },
  },
} as const satisfies Readonly<Record<string, KindRow>>;
