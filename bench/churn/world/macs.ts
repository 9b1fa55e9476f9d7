import type { Random } from "./random.ts";

export interface Vendor {
  readonly name: string;
  readonly prefix: string;
}

const VENDORS = {
  vmware: { name: "VMware", prefix: "00:50:56" },
  superMicro: { name: "Super Micro Computer", prefix: "00:25:90" },
  hewlett: { name: "Hewlett Packard", prefix: "3C:D9:2B" },
  dell: { name: "Dell", prefix: "F8:BC:12" },
  intel: { name: "Intel Corporate", prefix: "8C:8D:28" },
  lenovo: { name: "Lenovo", prefix: "10:C5:95" },
  apple: { name: "Apple", prefix: "3C:22:FB" },
  hikvision: { name: "Hangzhou Hikvision Digital Technology", prefix: "04:03:12" },
  espressif: { name: "Espressif", prefix: "08:3A:8D" },
  raspberry: { name: "Raspberry Pi Trading", prefix: "28:CD:C1" },
  tpLink: { name: "TP-Link Technologies", prefix: "50:C7:BF" },
  axis: { name: "Axis Communications AB", prefix: "AC:CC:8E" },
  realtek: { name: "Realtek Semiconductor", prefix: "00:E0:4C" },
} as const satisfies Readonly<Record<string, Vendor>>;

export type VendorName = keyof typeof VENDORS;
export const VENDOR_NAMES: readonly VendorName[] = Object.keys(VENDORS) as VendorName[];

export interface Mac {
  readonly mac: string;
  readonly macVendor: string | null;
}

/** One of its maker. */
export function macOf(vendor: VendorName, chance: Random): Mac {
  const { name, prefix } = VENDORS[vendor];
  return { mac: `${prefix}:${octet(chance)}:${octet(chance)}:${octet(chance)}`, macVendor: name };
}

/** One that software made up: bit 1 of the first octet is set. */
export function randomisedMac(chance: Random): Mac {
  const first = `${chance.below(16).toString(16)}${chance.pick(["2", "6", "a", "e"])}`.toUpperCase();
  return { mac: [first, ...Array.from({ length: 5 }, () => octet(chance))].join(":"), macVendor: null };
}

function octet(chance: Random): string {
  return chance.below(256).toString(16).padStart(2, "0").toUpperCase();
}
