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
  "The configuration is one YAML file. Only `segment` and `targets` are required:",
  "",
  "```yaml",
  "segment: dmz-fra",
  "targets: [10.20.0.0/24]",
  "```",
  "",
  "**Which file**: `--config FILE`, else `TRIPLINE_CONFIG`, else `./tripline.yaml`, else `/etc/tripline/tripline.yaml`.",
  "",
  "- `tripline config validate` checks the file without contacting any server.",
  "- `tripline config show --effective` prints every value in effect and where it comes from.",
  "- `tripline config keys [KEY]` prints what is on this page.",
  "- `tripline config schema` prints the JSON Schema, for editors.",
  "",
  "**Errors**",
  "",
  "- An unknown key is an error. All problems are reported at once, each with `file:line:col` (exit 78).",
  "- A configuration, an nmap or a secret file that others may write is refused ([TL160](codes.md)).",
  "- `./tripline.yaml` of another user is used only if `-c` names it ([TL161](codes.md)).",
  "",
  "**Values**",
  "",
  "- **path**: relative paths start at the folder of the file.",
  "- **reference**: a whole value may be `${file:PATH}` (mode 0600) or `${env:NAME}`.",
  "- **duration**: a number with `ms`, `s`, `m`, `h` or `d`. **size**: a number with `B`, `KiB`, `MiB` or `GiB`.",
  "- **date**: `2027-03-01`.",
  "- **range**: last octets, such as `10.20.0.40-49`.",
  "- **cron line**: five fields in quotes, or `@daily` and the like. If day of the month and day of the week are both given,",
  "  both must match. The next run must be within eight years.",
  "- **host name**: resolved once per cycle and checked against the scope ([cli.md](cli.md)).",
  "",
  "**IPv6**",
  "",
  "- Hosts are listed one by one or as networks of at most 256 addresses (`/120`): a `/64` is never swept.",
  "- Networks in `exclude`, `fragile`, `tags`, mutes and `complete_for` may be of any size.",
  "- Link-local and IPv4-mapped addresses are refused as targets.",
  "",
  "**Secrets**",
  "",
  "- A secret is never printed, whether it is a key, a reference, or the login or parameters of a URL. Logins in URLs work, with a",
  "  warning.",
  "- All output shows `[secret]` instead. Values of fewer than four characters are hidden only where they are configured.",
  "",
  "**Reload**",
  "",
  "- The agent reads the file again at SIGHUP. A valid file takes effect with the next cycle; an invalid one changes nothing.",
  "- Declarations are read again, too. If they changed, they are compared with the last scan at once, without another scan.",
  "",
  "Words used here: [glossary.md](glossary.md).",
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
