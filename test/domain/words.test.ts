import { expect, it } from "vitest";
import { withArticle } from "../../src/domain/words.ts";

it.each([
  ["ephemeral port", "an ephemeral port"],
  ["registered port", "a registered port"],
  ["well-known port", "a well-known port"],
  ["nodeport port", "a nodeport port"],
  ["Kubernetes node", "a Kubernetes node"],
])("the article of %s", (noun, text) => {
  expect(withArticle(noun)).toBe(text);
});
