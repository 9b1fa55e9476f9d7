import { afterEach, expect, test, vi } from "vitest";
import { describeWith } from "./availability.ts";
import { elasticsearchForTests, kafkaForTests } from "./servers.ts";

afterEach(() => vi.unstubAllEnvs());

test("TRIPLINE_TEST_KAFKA names brokers to use instead", async () => {
  vi.stubEnv("TRIPLINE_TEST_KAFKA", "k1:9092,k2:9092");
  expect(await kafkaForTests()).toEqual({ ok: true, brokers: ["k1:9092", "k2:9092"] });
});

test("TRIPLINE_TEST_ELASTICSEARCH names a server and its user", async () => {
  vi.stubEnv("TRIPLINE_TEST_ELASTICSEARCH", "https://elastic:a%40b@search.test:9200");
  const found = await elasticsearchForTests();
  expect(found).toMatchObject({ ok: true, url: "https://search.test:9200", username: "elastic", password: "a@b" });
});

describeWith(await kafkaForTests(), "asking again", ({ brokers }) => {
  test("gives the same broker, not a second one", async () => {
    expect(await kafkaForTests()).toMatchObject({ brokers });
  });
});
