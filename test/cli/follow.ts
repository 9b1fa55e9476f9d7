import type { ChildProcess } from "node:child_process";

/** What a process says, and a way to wait for a phrase of it. */
export function follow(child: ChildProcess) {
  let text = "";
  const waiting = new Set<() => void>();
  const take = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  return {
    text: () => text,
    until: (phrase: string) =>
      new Promise<void>((done, fail) => {
        const look = () => {
          if (!text.includes(phrase)) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        child.once("close", () => fail(new Error(`ended without "${phrase}":\n${text}`)));
        look();
      }),
  };
}
