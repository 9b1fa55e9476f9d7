import type { CommandHost } from "./command.ts";
import { addScan } from "./scan.ts";

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((host: CommandHost) => void)[] = [addScan];
