import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CAPS, cleanText, cleanTextWithCut } from "../../src/domain/clean-text.ts";
import { measured } from "../support/patience.ts";

const NAME = { maxBytes: CAPS.name };
const BANNER = { maxBytes: CAPS.banner, multiline: true };

// Characters that fight the sanitiser, so that random strings meet its corners often.
const nasty = fc.constantFrom(
  ..."\u001b[]\\\u0007\u009b\u009c\u009d\u0090\r\n\t\u0000\u007f\u200b\u200d\u202e\ufeff\ud800\udc00\u0301\u0344\u0958\u1100\u1161\u11a8 aé0;m".split(
    "",
  ),
  "\u{e0041}",
  "\u{1fffe}",
);
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(nasty, { maxLength: 120 }).map((parts) => parts.join("")),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 }).map((units) => String.fromCharCode(...units)),
);
const FORBIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u;

describe("clean text, for any input", () => {
  it("is idempotent, whatever the cap and the kind of field", () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), fc.integer({ min: 0, max: 300 }), (text, multiline, maxBytes) => {
        const once = cleanText(text, { maxBytes, multiline });
        expect(cleanText(once, { maxBytes, multiline })).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  it("holds no control, escape, bidirectional or invisible character and no lone surrogate, and is NFC within its cap", () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), fc.integer({ min: 0, max: 300 }), (text, multiline, maxBytes) => {
        const clean = cleanText(text, { maxBytes, multiline });
        expect(clean).not.toMatch(FORBIDDEN);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean.normalize("NFC")).toBe(clean);
        expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(maxBytes);
        if (!multiline) expect(clean).not.toMatch(/[\n\t]/);
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves printable text of any language alone", () => {
    for (const text of [
      "OpenSSH 9.2p1",
      "Grüße, Zürich",
      "日本語のサーバ",
      "العربية",
      "👍🏽 ok",
      "${jndi:ldap://x}",
      "=cmd|' /C calc'!A0",
    ]) {
      expect(cleanText(text, BANNER)).toBe(text.normalize("NFC"));
    }
  });
});

describe("clean text", () => {
  it.each([
    ["removes colours", "\u001b[31mred\u001b[0m", "red"],
    ["removes 8-bit CSI", "a\u009b2Jb", "ab"],
    ["removes a window title with its terminator", "a\u001b]0;evil\u0007b", "ab"],
    ["removes a title ended by ESC backslash", "a\u001b]0;evil\u001b\\b", "ab"],
    ["keeps the text after a title that never ends", "a\u001b]0;still visible", "a0;still visible"],
    ["removes bidirectional overrides", "user\u202etxt.exe", "usertxt.exe"],
    ["removes tag characters", "a\u{e0041}\u{e0042}b", "ab"],
    ["shows NUL and DEL", "a\u0000b\u007f", "a\\x00b\\x7f"],
    ["shows C1 controls that start nothing", "a\u0085b", "a\\x85b"],
    ["replaces a lone surrogate", "a\ud800b", "a\ufffdb"],
    ["makes one line of many", "a\r\nb\nc\td", "a b c d"],
    ["composes", "e\u0301", "é"],
    ["joins a carriage return and a newline that an escape kept apart", "a\r\u001b[m\nb", "a b"],
  ])("%s", (_, text, expected) => expect(cleanText(text, NAME)).toBe(expected));

  it("keeps lines and tabs in fields of many lines", () => {
    expect(cleanText("a\r\nb\tc", BANNER)).toBe("a\nb\tc");
  });

  it("cuts at a code point and tells the digest of the whole value", () => {
    const cut = cleanTextWithCut("é".repeat(300), { maxBytes: 5 });
    expect(cut.text).toBe("éé");
    expect(cut.cutFrom).toMatch(/^[0-9a-f]{64}$/);
    expect(cleanTextWithCut("é", { maxBytes: 5 }).cutFrom).toBeNull();
  });

  // Found by measuring: 1 MB of combining marks kept the normaliser busy for six minutes.
  it.each([
    ["combining marks in the wrong order", "a" + "\u0315\u0300".repeat(500_000)],
    ["marks that decompose into two", "a" + "\u0344".repeat(500_000)],
    ["string sequences that never end", "\u001b]".repeat(500_000)],
    ["8-bit string sequences that never end", "\u009d".repeat(1_000_000)],
    ["escapes with long intermediates", ("\u001b" + " ".repeat(999)).repeat(1000)],
  ])("takes linear time for a megabyte of %s", async (_, text) => {
    const { result: once, cpuMs } = await measured(() => cleanText(text, BANNER));
    expect(cpuMs).toBeLessThan(2000);
    expect(cleanText(once, BANNER)).toBe(once);
  });
});
