import { onTestFinished } from "vitest";
import { openStore, type OpenedStore, type StoreOptions } from "../../../src/store/open.ts";
import type { StoreRefusal } from "../../../src/store/refusal.ts";
import { tempDirOfMadeUpEvents } from "../../support/temp-dir.ts";

export const NOW = 1_760_000_000_000;

function optionsFor(directory: string, more: Partial<StoreOptions> = {}): StoreOptions {
  return { directory, access: "write", now: NOW, newId: () => "00000000-0000-7000-8000-000000000001", ...more };
}

/** An opened store, closed when the test ends; throws when it is refused. */
export function opened(directory: string, more: Partial<StoreOptions> = {}): OpenedStore {
  const result = openStore(optionsFor(directory, more));
  if (!result.ok) throw new Error(`refused: ${result.error.code} ${result.error.what}`);
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    result.value.close();
  };
  onTestFinished(close);
  return { ...result.value, close };
}

export function refused(directory: string, more: Partial<StoreOptions> = {}): StoreRefusal {
  const result = openStore(optionsFor(directory, more));
  if (result.ok) {
    result.value.close();
    throw new Error("the store was opened where a refusal was expected");
  }
  return result.error;
}

/** To the store an event is bytes: those of its tests are made up. */
export function newStore(more: Partial<StoreOptions> = {}): OpenedStore & { readonly directory: string } {
  const directory = tempDirOfMadeUpEvents();
  return { ...opened(directory, more), directory };
}
