import { afterEach, expect, test, vi } from "vitest";
import { missing, orFailWhereRequired } from "./availability.ts";

afterEach(() => vi.unstubAllEnvs());

const absent = missing("Maven is not installed", "apt-get install maven");

test("a missing server is a value that carries the reason and the way to get it", () => {
  vi.stubEnv("TRIPLINE_REQUIRE_SERVERS", undefined);
  expect(orFailWhereRequired(absent)).toEqual({ ok: false, reason: absent.reason, howToGet: absent.howToGet });
});

test("where servers are required, a missing one fails with both", () => {
  vi.stubEnv("TRIPLINE_REQUIRE_SERVERS", "1");
  expect(() => orFailWhereRequired(absent)).toThrow(/Maven is not installed.*apt-get install maven/);
});

test("a server that is there passes in either case", () => {
  vi.stubEnv("TRIPLINE_REQUIRE_SERVERS", "1");
  const found = { ok: true, url: "http://127.0.0.1:9200" } as const;
  expect(orFailWhereRequired(found)).toBe(found);
});
