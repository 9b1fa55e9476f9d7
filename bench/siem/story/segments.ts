import type { How } from "../../churn/watch.ts";
import type { ScanFault } from "../../churn/types.ts";
import type { Variant } from "../../churn/world/variants.ts";
import { type Act, IN_THE_FIELD, IN_THE_OFFICE } from "./acts.ts";
import { HOSTILE, HOSTILE_FEW, type Incident } from "./incidents.ts";

/** One segment of the story, with the sensor that looks at it. */
export interface StorySegment {
  readonly name: string;
  /** Machines of the first day. */
  readonly hosts: number;
  readonly how: Exclude<How, "operated">;
  /** Of the churn bench: in `tarpit` one machine accepts every connection from some day on. */
  readonly variant: Extract<Variant, "base" | "tarpit">;
  /** Lines of the configuration. */
  readonly configuration: string;
  /** An inventory is kept beside it, which is right about most of what is there. */
  readonly declared: boolean;
  /** Addresses of so many of the first servers are tagged as crown jewels. */
  readonly crownJewels: number;
  readonly incidents: readonly Incident[];
  readonly acts: readonly Act[];
  /** Days whose scan is broken in this way. */
  readonly faults: readonly { readonly day: number; readonly fault: ScanFault }[];
  /** The sensor says nothing from this day on; null: it goes on to the end. */
  readonly silentFrom: number | null;
}

const CLOSED = "vantage: { closed: true }\n";
const SITE = (site: string) => `labels: { site: ${site} }\n`;

/** A data centre that is scanned by its own sensor. */
const DMZ: StorySegment = {
  name: "dmz-fra",
  hosts: 300,
  how: "live",
  variant: "tarpit",
  configuration: CLOSED + SITE("fra"),
  declared: false,
  crownJewels: 8,
  incidents: HOSTILE,
  acts: IN_THE_FIELD,
  faults: [
    { day: 6.6, fault: "half-lost" },
    { day: 9.0, fault: "cut-xml" },
    { day: 12.1, fault: "no-xml" },
  ],
  silentFrom: null,
};

/** An office with a declared inventory. */
const OFFICE: StorySegment = {
  name: "office-ber",
  hosts: 30,
  how: "live",
  variant: "base",
  configuration: SITE("ber"),
  declared: true,
  crownJewels: 2,
  incidents: HOSTILE_FEW,
  acts: IN_THE_OFFICE,
  faults: [{ day: 10.1, fault: "half-lost" }],
  silentFrom: null,
};

/** A laboratory of which only recorded scans exist. */
const LAB: StorySegment = {
  name: "lab-muc",
  hosts: 30,
  how: "recorded",
  variant: "base",
  configuration: SITE("muc"),
  declared: false,
  crownJewels: 0,
  incidents: HOSTILE_FEW,
  acts: [],
  faults: [
    { day: 8.1, fault: "cut-xml" },
    { day: 9.6, fault: "no-xml" },
  ],
  silentFrom: null,
};

/** A small site whose sensor falls silent. */
const SHOP: StorySegment = {
  name: "shop-lyo",
  hosts: 12,
  how: "recorded",
  variant: "base",
  configuration: SITE("lyo"),
  declared: false,
  crownJewels: 1,
  incidents: HOSTILE_FEW,
  acts: [],
  faults: [],
  silentFrom: 11.5,
};

export const STORY: readonly StorySegment[] = [DMZ, OFFICE, LAB, SHOP];

/** The same in a form that a test can afford. */
export const SHORT_STORY: readonly StorySegment[] = [
  { ...DMZ, hosts: 30 },
  { ...OFFICE, hosts: 14 },
  { ...SHOP, hosts: 10 },
];
