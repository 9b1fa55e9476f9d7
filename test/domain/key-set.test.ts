import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyDigest, keySet, keysIn } from "../../src/domain/key-set.ts";
import { joinValue, sameValue } from "../../src/domain/fields/compare.ts";

const key = fc.tuple(fc.constantFrom("", "ssh-rsa", "ssh-ed25519", "ssh-rsa:md5"), fc.constantFrom("1", "2"));
const set = fc.array(key, { minLength: 1, maxLength: 4 }).map((keys) => keySet(keys) ?? "");

describe("the keys of a server as one value", () => {
  it("does not depend on the order of the keys, and gives them back", () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1 }), (keys) => {
        const text = keySet(keys);
        expect(keySet(keys.toReversed())).toBe(text);
        expect(keysIn(text ?? "").length).toBe(new Set(keys.map(([type]) => type)).size);
      }),
    );
    expect(keySet([])).toBeNull();
  });

  it.each([
    ["a:1 b:2", "a:1 b:2", true],
    ["a:1 b:2", "b:2", true],
    ["a:1", "a:1 c:3", true],
    ["a:1 b:2", "a:1 b:9", false],
    ["a:1 b:2", "c:3", false],
    ["1", "1", true],
    ["1", "2", false],
    ["1", "md5:1", false],
  ])("%s and %s: the same is %s", (a, b, same) => {
    expect(sameValue("ssh", a, b)).toBe(same);
    expect(sameValue("ssh", b, a)).toBe(same);
  });

  it("joined with the same, it is still the same as both", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        fc.pre(sameValue("ssh", a, b));
        const both = joinValue("ssh", a, b);
        expect([sameValue("ssh", both, a), sameValue("ssh", both, b), joinValue("ssh", b, a)]).toEqual([
          true,
          true,
          both,
        ]);
      }),
    );
  });

  it("every other field is plain text", () => {
    expect(sameValue("banner", "a:1 b:2", "a:1")).toBe(false);
    expect(joinValue("banner", "x", "x")).toBe("x");
  });

  it("one key is its own digest, several have one over all", () => {
    expect(keyDigest("ssh-rsa:abc")).toBe("abc");
    expect(keyDigest("a:1 b:2")).toMatch(/^[\da-f]{64}$/);
  });
});
