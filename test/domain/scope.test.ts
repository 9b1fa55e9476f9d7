import fc from "fast-check";
import { expect, it } from "vitest";
import { addressCount, isCovered } from "../../src/domain/scope.ts";
import { cidrAddresses, cidrContains, parseCidr } from "../../src/lib/ip.ts";

/** Networks of a small space, so that they often meet. */
const network = fc
  .tuple(fc.nat(31), fc.integer({ min: 27, max: 32 }))
  .map(([last, prefix]) => parseCidr(`10.0.0.${last}/${prefix}`))
  .filter((found) => found !== null);
const networks = fc.array(network, { maxLength: 8 });

it("a network is covered when each of its addresses is", () => {
  fc.assert(
    fc.property(network, networks, (one, others) => {
      const each = [...cidrAddresses(one)].every((address) => others.some((other) => cidrContains(other, address)));
      expect(isCovered(one, others)).toBe(each);
    }),
  );
});

it("addresses are counted once, however often they are named", () => {
  fc.assert(
    fc.property(networks, (some) => {
      const all = new Set(some.flatMap((one) => [...cidrAddresses(one)]));
      expect(addressCount(some)).toBe(BigInt(all.size));
    }),
  );
});
