import { keyDigest } from "../key-set.ts";

/** For sentences only; the whole value is in the facts of the event. */
const SHORT = 80;
/** First digits of a digest: enough for a sentence and for grouping. */
const SHORT_DIGEST = 16;

export function asItIs(value: string): string {
  return value;
}

export function cut(value: string): string {
  return value.length > SHORT ? `${value.slice(0, SHORT).toWellFormed()}…` : value;
}

export function shortKey(keys: string): string {
  return keyDigest(keys).slice(0, SHORT_DIGEST);
}
