import type { DeclaredState } from "../declaration.ts";

/** Reads what is declared now; what cannot be read keeps its last good state. */
export type DeclaredReader = (previous: DeclaredState | null, signal?: AbortSignal) => Promise<DeclaredState>;
