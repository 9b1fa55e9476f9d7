import type { Redact } from "../config/redact.ts";
import type { CommandIo } from "./io.ts";

/** A reload brings other secrets; what tells of previous ones may still be on its way. */
const REMEMBERED = 8;

/**
 * The last net: whatever a command, a log line or a stack trace says loses the secrets of every configuration that was
 * read. Events on their way to an output do not come by here: they hold none, and their bytes are theirs.
 */
export function redactingIo(io: CommandIo): CommandIo {
  let known: readonly Redact[] = [];
  const hide = (text: string) => known.reduce((left, redact) => redact(left), text);
  const { stdin, cwd, onHangup } = io;
  return {
    stdin,
    stdout: redacting(io.stdout, hide),
    stderr: redacting(io.stderr, hide),
    cwd,
    // Asked for when a command asks: from then on the process no longer ends by itself at a signal.
    get signal() {
      return io.signal;
    },
    ...(onHangup === undefined ? {} : { onHangup }),
    hide,
    learnSecrets: (redact) => {
      known = [redact, ...known].slice(0, REMEMBERED);
    },
  };
}

/** The same stream for everybody who asks about it: only what is written is changed. */
function redacting<Stream extends CommandIo["stdout"]>(stream: Stream, hide: Redact): Stream {
  const original = stream.write.bind(stream);
  const write = (chunk: unknown, ...rest: unknown[]): unknown =>
    Reflect.apply(original, undefined, [typeof chunk === "string" ? hide(chunk) : chunk, ...rest]);
  return new Proxy(stream, {
    get: (target, key) => {
      if (key === "write") return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
