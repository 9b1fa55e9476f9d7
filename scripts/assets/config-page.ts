import { z } from "zod";
import { CONFIG_FORMAT } from "../../src/app/config-format.ts";
import type { ConfigFormat } from "../../src/config/format.ts";

/** What the page needs of a JSON Schema node. */
interface Node {
  readonly type?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Node | undefined;
  readonly anyOf?: readonly Node[] | undefined;
  readonly const?: unknown;
  readonly additionalProperties?: { readonly oneOf?: readonly Node[] | undefined } | undefined;
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    properties: z.record(z.string(), node).optional(),
    required: z.array(z.string()).optional(),
    items: node.optional(),
    anyOf: z.array(node).optional(),
    const: z.unknown().optional(),
    // Often only `false`: no other keys.
    additionalProperties: z
      .looseObject({ oneOf: z.array(node).optional() })
      .optional()
      .catch(undefined),
  }),
);

/** The page of docs/reference: every key with its form, its default and what it means. */
export function configPage(format: ConfigFormat = CONFIG_FORMAT): string {
  const root = node.parse(format.jsonSchema());
  const keys = Object.entries(root.properties ?? {});
  const plain = keys.filter(([, child]) => !hasKeys(child));
  const groups = keys.filter(([, child]) => hasKeys(child));
  return [
    ...INTRO,
    ...table(plain.map(([key, child]) => row(key, child, isRequired(root, key)))),
    ...groups.flatMap(([key, child]) => [`## \`${key}\``, "", ...about(child), ...table(leaves(key, child))]),
    "",
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

const INTRO = [
  "# Configuration",
  "",
  "<!-- Made by `npm run assets` from src/config; change it there. -->",
  "",
  "One YAML file: `--config FILE`, else `TRIPLINE_CONFIG`, `./tripline.yaml`, `/etc/tripline/tripline.yaml`. `segment` and",
  "`targets` suffice. An unknown key is an error; all problems are told at once with `file:line:col` (exit 78).",
  "`tripline config validate` checks a file without asking anybody, `tripline config show --effective` prints every value",
  "in force with where it comes from, `tripline config schema` prints the JSON Schema for editors.",
  "",
  "- A file that others may write is refused ([TL160](codes.md)), and so is an nmap or a secret file; `./tripline.yaml` of",
  "  another user is used only when `-c` names it ([TL161](codes.md)).",
  "- Relative paths start at the file. Whole values may be references: `${file:PATH}` (mode 0600) and `${env:NAME}`.",
  "- A secret is never printed, wherever it stands: key, reference, or login and parameters of a URL (which work, with a",
  "  warning). What leaves the program says `[secret]` instead; values of fewer than four letters only in their own place.",
  "- **duration**: a number with `ms`, `s`, `m`, `h` or `d`; **size**: a number with `B`, `KiB`, `MiB` or `GiB`; **date**:",
  "  `2027-03-01`; **cron line**: five fields in quotes, or `@daily` and the like; a day of the month and a day of the week",
  "  must both match; it must have a next run within eight years; **range**: last octets, such as `10.20.0.40-49`.",
  "- **IPv6** hosts are listed one by one or as networks of at most 256 (`/120`): nothing sweeps a `/64`. Where hosts are only held",
  "  against a network (`exclude`, `fragile`, `tags`, mutes, `complete_for`) it may be of any size. Link-local and IPv4-mapped",
  "  addresses are refused as targets.",
  "- **Host names** are resolved once per cycle and checked against the scope ([cli.md](cli.md)).",
  "- The agent reads the file again at SIGHUP: a good one is in force from the next cycle, a bad one changes nothing. What is",
  "  declared is read again, too: when it changed, the last scan is compared with it at once, without another scan.",
  "",
  "```yaml",
  "segment: dmz-fra",
  "targets: [10.20.0.0/24]",
  "```",
  "",
  "## Top level",
  "",
];

function hasKeys(child: Node): boolean {
  return child.properties !== undefined || itemsOf(child)?.properties !== undefined;
}

/** The entries of a list; of several forms all keys in one table, of which those are required that all of them need. */
function itemsOf({ items }: Node): Node | undefined {
  const forms = (items?.anyOf ?? []).filter(({ properties }) => properties !== undefined);
  const [first] = forms;
  if (first === undefined) return items;
  const properties = Object.assign({}, ...forms.map((form) => form.properties)) as Node["properties"];
  return { properties, required: first.required?.filter((key) => forms.every((form) => isRequired(form, key))) };
}

function about({ description }: Node): readonly string[] {
  return description === undefined ? [] : [`${upper(description)}.`, ""];
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Every leaf below a key; entries of a list are written `key[].name`, entries that are named freely `key.NAME`. */
function leaves(path: string, parent: Node): readonly string[] {
  const inside = parent.properties === undefined ? itemsOf(parent) : parent;
  const at = parent.properties === undefined ? `${path}[]` : path;
  const keys = Object.entries(inside?.properties ?? {}).filter(([, child]) => child.const === undefined);
  const rows = keys.flatMap(([key, child]) => {
    const own = `${at}.${key}`;
    const needed = isRequired(inside, key);
    if (!hasKeys(child)) return [row(own, child, needed)];
    return [...(child.description === undefined ? [] : [row(own, child, needed)]), ...leaves(own, child)];
  });
  return [...tagRows(path, parent), ...rows];
}

/** The keys whose fixed values tell the forms of a freely named entry apart: one row with all the values. */
function tagRows(path: string, { additionalProperties: { oneOf: forms = [] } = {} }: Node): readonly string[] {
  const tags = forms.flatMap((form) =>
    Object.entries(form.properties ?? {}).filter(([, child]) => child.const !== undefined),
  );
  return [...Map.groupBy(tags, ([key]) => key)].map(([key, all]) => {
    const values = all.map(([, child]) => child.const);
    const description = all[0]?.[1].description;
    return row(`${path}.NAME.${key}`, { enum: values, description, default: "NAME" }, false);
  });
}

function isRequired(parent: Node | undefined, key: string): boolean {
  return parent?.required?.includes(key) === true;
}

function row(path: string, child: Node, required: boolean): string {
  const fallback = required ? "**required**" : defaultText(child);
  return `| \`${path}\` | ${formText(child)} | ${fallback} | ${(child.description ?? "").replaceAll("|", "\\|")} |`;
}

function table(rows: readonly string[]): readonly string[] {
  return ["| key | form | default | meaning |", "|---|---|---|---|", ...rows, ""];
}

function defaultText(child: Node): string {
  if (child.default === undefined || hasKeys(child)) return "–";
  const text = typeof child.default === "string" ? child.default : JSON.stringify(child.default);
  return `\`${text}\``;
}

function formText(child: Node): string {
  if (hasKeys(child)) return child.items === undefined ? "keys below" : "list, keys below";
  if (child.items !== undefined) return `list: ${formText(child.items)}`;
  // The kinds of anomalies have a page of their own.
  if (child.enum !== undefined)
    return child.enum.length > 5 ? "[action slug](events.md)" : child.enum.map(code).join(", ");
  if (child.title !== undefined) return child.title;
  const range = child.type === "integer" ? rangeText(child) : "";
  return `${child.type === "object" ? "name: text" : (child.type ?? "text").replace("string", "text")}${range}`;
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}

function rangeText({ minimum, maximum }: Node): string {
  if (maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER)
    return minimum === undefined ? "" : ` from ${minimum}`;
  return ` ${minimum ?? ""}–${maximum}`;
}
