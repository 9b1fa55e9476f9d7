import type { DeclarationReader } from "../model/reader.ts";
import { inventory } from "./inventory/read.ts";

/** Every tool whose files are understood; where a file comes without a key, the first that recognises it reads it. */
export const READERS: readonly DeclarationReader[] = [inventory];
