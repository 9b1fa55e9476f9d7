import { describe, test } from "vitest";

/** Something a test wants from outside the repository: there with its access data, or missing with the way to get it. */
export type Available<T> = ({ readonly ok: true } & T) | Missing;

export interface Missing {
  readonly ok: false;
  readonly reason: string;
  readonly howToGet: string;
}

export function missing(reason: string, howToGet: string): Missing {
  return { ok: false, reason, howToGet };
}

export function missingText({ reason, howToGet }: Missing): string {
  return `${reason}. To run it: ${howToGet}`;
}

/**
 * Lets a missing server through as a value, so that the test shows as skipped,
 * unless TRIPLINE_REQUIRE_SERVERS=1: then it throws, because a CI that skips proves nothing.
 */
export function orFailWhereRequired<T>(found: Available<T>): Available<T> {
  if (!found.ok && process.env["TRIPLINE_REQUIRE_SERVERS"] === "1") {
    throw new Error(`TRIPLINE_REQUIRE_SERVERS=1, but: ${missingText(found)}`);
  }
  return found;
}

/** A `describe` block that runs with what was found, or is shown as skipped together with the reason. */
export function describeWith<T>(found: Available<T>, title: string, body: (found: T) => void): void {
  if (found.ok) {
    describe(title, () => body(found));
    return;
  }
  // An empty block is not listed at all, so the skip is one test whose name says why.
  describe(title, () => test.skip(missingText(found)));
}
