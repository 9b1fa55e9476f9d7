import { networkInterfaces } from "node:os";
import { type Available, missing } from "./availability.ts";

/** Whether this machine has an IPv6 loopback; containers often have none. */
export function ipv6Loopback(): Available<object> {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return own.some((one) => one.address === "::1")
    ? { ok: true }
    : missing("this machine has no address ::1", "sysctl net.ipv6.conf.lo.disable_ipv6=0");
}
