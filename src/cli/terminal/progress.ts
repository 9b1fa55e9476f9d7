import type { ScanProgress } from "../../domain/ports/scanner.ts";
import { formatDuration, monotonicClock } from "../../lib/time.ts";
import type { CommandIo, GlobalOptions } from "../io.ts";
import { breakLines } from "./break-lines.ts";
import { errorPageOf } from "./page.ts";

export interface ProgressLine {
  show(progress: ScanProgress): void;
  /** Removes the line from the terminal. */
  clear(): void;
}

/**
 * Without a terminal one line every 30 s, so that cron has nothing to mail after a short scan; on a terminal one repainted
 * line. Never with --quiet.
 */
const QUIET_INTERVAL_MS = 30_000;

export function progressLine(io: CommandIo, globals: GlobalOptions): ProgressLine {
  if (globals.quiet === true) return { show: () => undefined, clear: () => undefined };
  return io.stderr.isTTY === true ? repainted(io) : logged(io);
}

function repainted(io: CommandIo): ProgressLine {
  return {
    show: (progress) => void io.stderr.write(`\r\u001b[K${fitting(textOf(progress), io)}`),
    clear: () => void io.stderr.write("\r\u001b[K"),
  };
}

/** A line that wraps cannot be repainted and would be left behind; one column stays free for the cursor. */
function fitting(text: string, io: CommandIo): string {
  const [line] = breakLines(text, errorPageOf(io).width - 1);
  return text.slice(0, line?.end);
}

function logged(io: CommandIo): ProgressLine {
  let saidAt = monotonicClock();
  return {
    show: (progress) => {
      const now = monotonicClock();
      if (now - saidAt < QUIET_INTERVAL_MS) return;
      saidAt = now;
      io.stderr.write(`${textOf(progress)}\n`);
    },
    clear: () => undefined,
  };
}

/** The phase belongs to the number: nmap counts each task from zero. */
function textOf({ phase, percent, remainingSeconds }: ScanProgress): string {
  const share = percent === null ? "" : ` ${Math.floor(percent)}%`;
  const left = remainingSeconds === null ? "" : `, ~${formatDuration(remainingSeconds * 1000)} left`;
  return `${phase}${share}${left}`;
}

/** What is shown while events leave the outbox. */
export function sending(settled: number, of: number): ScanProgress {
  const percent = of === 0 ? null : Math.min(100, (100 * settled) / of);
  return { phase: `sending events: ${settled} of ${Math.max(of, settled)},`, percent, remainingSeconds: null };
}
