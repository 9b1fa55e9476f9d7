import { encodingProblem } from "../../lib/files.ts";

/** Why no reader can be given this file, and how to convert it; null when it is text. */
export function notText(text: string): string | null {
  return encodingProblem(
    text,
    "this is a binary file, not an inventory; a Terraform plan must be exported as text first",
  );
}

/** What people hand over by mistake, with the way out; null when nothing gives it away. */
export function wrongFormat(text: string): string | null {
  if (text.trim() === "") return "the file is empty; an inventory has a header and rows";
  const foreign = notText(text);
  if (foreign !== null) return foreign;
  if (isOnlyComments(text)) return "the file has only comments; an inventory has a header and rows";
  if (/^\s*\{/.test(text) && /"(terraform_version|format_version)"/.test(text))
    return "this is a Terraform state or plan; this version reads inventories (CSV, YAML)";
  return /\{\{|\{%/.test(text) ? "this is a template; render it first" : null;
}

/** Nothing but comments, blank lines and the marks that begin and end a YAML document. */
function isOnlyComments(text: string): boolean {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .every((line) => /^\s*(?:#.*|---(?:\s.*)?|\.\.\.)?$/.test(line));
}
