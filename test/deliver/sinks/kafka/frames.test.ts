import fc from "fast-check";
import { expect, it } from "vitest";
import { frameCheck } from "../../../../src/deliver/sinks/kafka/frames.ts";

/** Cuts bytes at these places. */
function chunks(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((to, i) => bytes.subarray(places[i], to));
}

function frame(length: number): Buffer {
  const bytes = Buffer.alloc(4 + length, 0xff);
  bytes.writeInt32BE(length);
  return bytes;
}

const anyCuts = fc.array(fc.nat(), { maxLength: 8 });

it("frames pass, wherever the network cuts them", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 4, max: 300 }), { maxLength: 6 }), anyCuts, (lengths, cuts) => {
      const fits = frameCheck();
      expect(chunks(Buffer.concat(lengths.map(frame)), cuts).every((chunk) => fits(chunk))).toBe(true);
    }),
  );
});

it("a size that no answer has is seen, wherever the network cuts it", () => {
  const sizes = fc.constantFrom(0, 1, 3, -1, -2_147_483_648, 64 * 1024 ** 2 + 1, 0x48545450);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 4, max: 300 }), { maxLength: 3 }), sizes, anyCuts, (lengths, size, cuts) => {
      const bad = Buffer.alloc(12);
      bad.writeInt32BE(size);
      const fits = frameCheck();
      expect(chunks(Buffer.concat([...lengths.map(frame), bad]), cuts).every((chunk) => fits(chunk))).toBe(false);
    }),
  );
});

it("frames are handed on whole and in order, wherever the network cuts them", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 4, maxLength: 50 }), { maxLength: 6 }), anyCuts, (bodies, cuts) => {
      const taken: string[] = [];
      const fits = frameCheck((frame) => taken.push(frame.toString("hex")));
      const bytes = bodies.map((body) => Buffer.concat([frame(body.length).subarray(0, 4), body]));
      for (const chunk of chunks(Buffer.concat(bytes), cuts)) fits(chunk);
      expect(taken).toEqual(bodies.map((body) => Buffer.from(body).toString("hex")));
    }),
  );
});
