import type { Socket } from "node:net";

/** The next line, or null when the other side ended, broke off, or sent more than a line may have. */
export type NextLine = () => Promise<string | null>;

/** No answer is longer, characters: the result of a scan that found 10,000 anomalies is about 30 million. */
const LONGEST_LINE = 128 * 1024 * 1024;

export function lineReader(socket: Socket): NextLine {
  let text = "";
  let ended = false;
  let wake = (): void => undefined;
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    text += chunk;
    if (text.length > LONGEST_LINE) socket.destroy();
    wake();
  });
  const end = () => {
    ended = true;
    wake();
  };
  socket.once("end", end);
  socket.once("close", end);
  return async () => {
    while (!text.includes("\n") && !ended) await new Promise<void>((resolve) => (wake = resolve));
    const at = text.indexOf("\n");
    if (at < 0) return null;
    const line = text.slice(0, at);
    text = text.slice(at + 1);
    return line;
  };
}
