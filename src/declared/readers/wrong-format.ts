/** What people hand over by mistake, with the way out; null when nothing gives it away. */
export function wrongFormat(text: string): string | null {
  if (text.trim() === "") return "the file is empty; an inventory has a header and rows";
  if (text.includes("\0"))
    return "this is a binary file, not an inventory; a Terraform plan must be exported as text first";
  if (/^\s*\{/.test(text) && /"(terraform_version|format_version)"/.test(text))
    return "this is a Terraform state or plan; this version reads inventories (CSV, YAML)";
  return /\{\{|\{%/.test(text) ? "this is a template; render it first" : null;
}
