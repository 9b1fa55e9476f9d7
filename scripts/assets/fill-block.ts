/** `<!-- name … -->` to `<!-- /name -->` in a file that is written by hand: the marks stay, what is between them is made. */
export function fillBlock(
  text: string,
  { name, lines }: { readonly name: string; readonly lines: readonly string[] },
): string {
  const block = new RegExp(`(<!-- ${name}\\b[^>]*-->\\n)[^]*?(<!-- /${name} -->)`);
  if (!block.test(text)) throw new Error(`a file has no block ${name}: ${text.split("\n")[0]}`);
  return text.replace(block, (_, begin: string, end: string) => `${begin}${lines.join("\n")}\n${end}`);
}
