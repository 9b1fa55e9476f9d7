/** What the rules need to know of one TypeScript file, read from its syntax tree: comments and strings cannot deceive. */
import { type Node, parseSync, Visitor } from "oxc-parser";

export interface SourceFacts {
  readonly imports: readonly { specifier: string; line: number; typeOnly: boolean }[];
  /** `process.env`, `Date.now`, `new Date()`, `randomUUID` …: what the expression doors name. */
  readonly uses: readonly { name: string; line: number }[];
  readonly functions: readonly { name: string; line: number; lines: number; parameters: number }[];
  /** Syntax the project does without: default export, enum, namespace, parameter property. */
  readonly banned: readonly { what: string; line: number }[];
  readonly lines: number;
}

const RANDOM_NAMES = new Set(["randomUUID", "randomBytes"]);
const WATCHED_OBJECTS = new Set(["process", "Date", "Math", "performance"]);

export function parse(path: string, text: string): SourceFacts {
  const { program, module, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const lineOf = lineFinder(text);
  const facts = {
    imports: [] as { specifier: string; line: number; typeOnly: boolean }[],
    uses: [] as { name: string; line: number }[],
    functions: [] as { name: string; line: number; lines: number; parameters: number }[],
    banned: [] as { what: string; line: number }[],
  };
  const ban = (what: string, node: Node) => facts.banned.push({ what, line: lineOf(node.start) });
  const use = (name: string, node: Node) => facts.uses.push({ name, line: lineOf(node.start) });
  const measure = (node: Node & { params: readonly unknown[] }, name: string) => {
    const line = lineOf(node.start);
    facts.functions.push({ name, line, lines: lineOf(node.end) - line + 1, parameters: node.params.length });
  };

  for (const { moduleRequest, start, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    facts.imports.push({ specifier: moduleRequest.value, line: lineOf(start), typeOnly });
  }
  for (const { start, entries } of module.staticExports) {
    for (const entry of entries) {
      if (entry.exportName.kind === "Default") facts.banned.push({ what: "default export", line: lineOf(start) });
      if (entry.moduleRequest === null) continue;
      facts.imports.push({ specifier: entry.moduleRequest.value, line: lineOf(start), typeOnly: entry.isType });
    }
  }

  new Visitor({
    ImportExpression(node) {
      const literal = node.source.type === "Literal" ? String(node.source.value) : "(computed import)";
      facts.imports.push({ specifier: literal, line: lineOf(node.start), typeOnly: false });
    },
    TSImportType(node) {
      facts.imports.push({ specifier: node.source.value, line: lineOf(node.start), typeOnly: true });
    },
    MemberExpression(node) {
      if (node.object.type !== "Identifier" || !WATCHED_OBJECTS.has(node.object.name)) return;
      use(`${node.object.name}.${memberName(node)}`, node);
    },
    VariableDeclarator(node) {
      if (node.init?.type !== "Identifier" || !WATCHED_OBJECTS.has(node.init.name)) return;
      if (node.id.type !== "ObjectPattern") return;
      for (const property of node.id.properties) {
        if (property.type === "Property" && property.key.type === "Identifier")
          use(`${node.init.name}.${property.key.name}`, node);
      }
    },
    Identifier(node) {
      if (RANDOM_NAMES.has(node.name)) use(node.name, node);
    },
    NewExpression(node) {
      if (node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0)
        use("new Date()", node);
    },
    TSEnumDeclaration: (node) => void ban("enum", node),
    TSModuleDeclaration: (node) => void ban("namespace", node),
    TSParameterProperty: (node) => void ban("parameter property", node),
    FunctionDeclaration: (node) => measure({ ...node, params: parametersOf(node.params) }, node.id?.name ?? "function"),
    FunctionExpression: (node) => measure({ ...node, params: parametersOf(node.params) }, node.id?.name ?? "function"),
    ArrowFunctionExpression: (node) => measure({ ...node, params: parametersOf(node.params) }, "arrow function"),
  }).visit(program);
  return { ...facts, lines: text.replace(/\n$/, "").split("\n").length };
}
