/** Streams UTF-8 bytes; what it returns may be the chunk itself. */
export interface MarkupFilter {
  write(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

interface FilterState {
  /** What the text so far has opened; null between markup. */
  inside: keyof typeof CLOSE | null;
  /** The beginning of a marker that the border of the chunk may have cut, one character per byte. */
  carry: string;
}

const OPEN = /<!--|<!\[CDATA\[|<\?/g;
const CLOSE = { comment: "-->", instruction: "?>", cdata: "]]>" } as const;
const OPENERS = ["<!--", "<![CDATA[", "<?"] as const;
const NOTHING = Buffer.alloc(0);
const [LT, BANG, QUESTION, RETURN] = [0x3c, 0x21, 0x3f, 0x0d];

/**
 * Leaves out comments and processing instructions, turns CDATA into text and ends lines as XML says: all of these mean
 * nothing to a reader, but a border of a host written inside one would. What nmap writes passes through untouched.
 */
export function createMarkupFilter(): MarkupFilter {
  const state: FilterState = { inside: null, carry: "" };
  return {
    write: (chunk) => (isPlain(state, chunk) ? chunk : filter(state, chunk)),
    // Half a marker at the end is nothing: the document is over before it, or cut.
    end: () => (state.carry === "\r" ? Buffer.from("\n") : NOTHING),
  };
}

/** Four looks for single bytes, which cost nothing beside the rest of the reading. */
function isPlain(state: FilterState, chunk: Uint8Array): boolean {
  if (state.inside !== null || state.carry !== "") return false;
  if (chunk.includes(RETURN) || chunk[chunk.length - 1] === LT) return false;
  return !follows(chunk, BANG) && !follows(chunk, QUESTION);
}

/** Whether this byte is behind a `<` anywhere. */
function follows(chunk: Uint8Array, byte: number): boolean {
  for (let at = chunk.indexOf(byte); at !== -1; at = chunk.indexOf(byte, at + 1)) {
    if (at > 0 && chunk[at - 1] === LT) return true;
  }
  return false;
}

function filter(state: FilterState, chunk: Uint8Array): Uint8Array {
  const text = state.carry + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
  state.carry = "";
  let kept = "";
  let at = 0;
  while (at < text.length) {
    const { inside } = state;
    const step = inside === null ? plainStep(state, text, at) : markupStep(state, inside, { text, at });
    kept += step.kept;
    at = step.end;
  }
  return Buffer.from(kept, "latin1");
}

interface Step {
  readonly kept: string;
  readonly end: number;
}

/** Up to the next marker, or to the end of the text without what may be the beginning of one. */
function plainStep(state: FilterState, text: string, at: number): Step {
  OPEN.lastIndex = at;
  const marker = OPEN.exec(text);
  if (marker === null) {
    const end = text.length - cutLength(text, at);
    state.carry = text.slice(end);
    return { kept: lineEnds(text.slice(at, end)), end: text.length };
  }
  state.inside = marker[0] === "<!--" ? "comment" : marker[0] === "<?" ? "instruction" : "cdata";
  return { kept: lineEnds(text.slice(at, marker.index)), end: OPEN.lastIndex };
}

/** How many characters at the end could become a marker, or a line end, with the next chunk. */
function cutLength(text: string, from: number): number {
  if (text.endsWith("\r")) return 1;
  const at = text.lastIndexOf("<");
  const tail = at < from ? "" : text.slice(at);
  return tail !== "" && OPENERS.some((opener) => opener.startsWith(tail)) ? tail.length : 0;
}

function markupStep(state: FilterState, inside: keyof typeof CLOSE, { text, at }: { text: string; at: number }): Step {
  const close = CLOSE[inside];
  const found = text.indexOf(close, at);
  const end = found === -1 ? beforeCut(text, at, close.length) : found;
  const kept = inside === "cdata" ? escape(lineEnds(text.slice(at, end))) : "";
  state.inside = found === -1 ? inside : null;
  state.carry = found === -1 ? text.slice(end) : "";
  return { kept, end: found === -1 ? text.length : found + close.length };
}

/** Without what may be the beginning of the closing marker, or half a line end. */
function beforeCut(text: string, at: number, markerLength: number): number {
  const end = Math.max(at, text.length - markerLength + 1);
  return end > at && text.charAt(end - 1) === "\r" ? end - 1 : end;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function lineEnds(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}
