const WIDTH = 80;

/** Words in lines of at most 80 columns, the first after `first`, the others after `rest`; a longer word stays whole. */
export function wrapWords(text: string, first: string, rest: string): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.trim().split(/\s+/)) {
    const start = lines.length === 0 ? first : rest;
    if (line !== start && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest + word;
    } else line += line === start ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

const ITEM = /^(\s*(?:[-*]|\d+\.) )(.*)$/;
/** Lines that mean something as they are: tables, headings. */
const FIXED = /^(\||#)/;

/** A page for a terminal: paragraphs and list items in lines of 80 columns; its title, tables and code as they are. */
export function reflow(page: string): string {
  const [title = "", ...lines] = page.split("\n");
  const out = [title];
  let open: { text: string; first: string } | null = null;
  let code = false;
  const close = () => {
    if (open !== null) out.push(wrapWords(open.text, open.first, " ".repeat(open.first.length)));
    open = null;
  };
  for (const line of lines) {
    const fence = line.startsWith("```");
    if (fence || code || line.trim() === "" || FIXED.test(line)) {
      close();
      out.push(line);
      if (fence) code = !code;
      continue;
    }
    const item = ITEM.exec(line);
    if (item !== null || open === null) {
      close();
      open = { first: item?.[1] ?? "", text: item?.[2] ?? line };
    } else open.text += ` ${line.trim()}`;
  }
  close();
  return out.join("\n");
}
