/** What the rules need to know of one TypeScript file, read from its syntax tree: comments and strings cannot deceive. */
import { type EcmaScriptModule, type MemberExpression, parseSync, type Program, Visitor } from "oxc-parser";

export interface ImportFact {
  readonly specifier: string;
  readonly line: number;
  /** What is taken from it; `*` for all of it. */
  readonly names: readonly string[];
}

/** `process.env`, `Date.now`, `new Date()`, `randomUUID` or a banned syntax, and where it stands. */
export interface Spot {
  readonly name: string;
  readonly line: number;
}

export interface FunctionFact extends Spot {
  readonly lines: number;
  readonly parameters: number;
}

export interface SourceFacts {
  readonly lines: number;
  readonly imports: readonly ImportFact[];
  readonly uses: readonly Spot[];
  readonly functions: readonly FunctionFact[];
  /** Syntax the project does without: default export, enum, namespace, parameter property. */
  readonly banned: readonly Spot[];
  /** What it exports: names of its own, and names that it only hands on. */
  readonly exports: { readonly own: readonly string[]; readonly handedOn: readonly string[] };
}

type LineOf = (offset: number) => number;

const WATCHED_OBJECTS = new Set(["process", "Date", "Math", "performance", "crypto"]);
const RANDOM_NAMES = new Set(["randomUUID", "randomBytes", "randomInt", "getRandomValues"]);

/** Throws on text that is not TypeScript: a rule that skips a broken file would pass it. */
export function parse(path: string, text: string): SourceFacts {
  const { program, module, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const lineOf = lineFinder(text);
  return {
    lines: text.replace(/\n$/, "").split("\n").length,
    imports: [...staticImports(module, lineOf), ...inlineImports(program, lineOf)],
    uses: watchedUses(program, lineOf),
    functions: functionSizes(program, lineOf),
    banned: [...defaultExports(module, lineOf), ...bannedSyntax(program, lineOf)],
    exports: exportsOf(module),
  };
}

function lineFinder(text: string): LineOf {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}

function staticImports(module: EcmaScriptModule, lineOf: LineOf): ImportFact[] {
  const imports = module.staticImports.map(({ moduleRequest, start, entries }) => ({
    specifier: moduleRequest.value,
    line: lineOf(start),
    names: entries.map(({ importName }) => (importName.kind === "Name" ? (importName.name ?? "*") : "*")),
  }));
  const reexports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, start, importName }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, line: lineOf(start), names: [importName.name ?? "*"] }] : [],
    ),
  );
  return [...imports, ...reexports];
}

/** `import("x")` in code and in types. */
function inlineImports(program: Program, lineOf: LineOf): ImportFact[] {
  const found: ImportFact[] = [];
  new Visitor({
    ImportExpression({ source, start }) {
      const specifier = source.type === "Literal" ? String(source.value) : "(computed)";
      found.push({ specifier, line: lineOf(start), names: ["*"] });
    },
    TSImportType({ source, start }) {
      found.push({ specifier: source.value, line: lineOf(start), names: ["*"] });
    },
  }).visit(program);
  return found;
}

function watchedUses(program: Program, lineOf: LineOf): Spot[] {
  const found: Spot[] = [];
  new Visitor({
    MemberExpression(node) {
      if (node.object.type === "Identifier" && WATCHED_OBJECTS.has(node.object.name))
        found.push({ name: `${node.object.name}.${propertyName(node)}`, line: lineOf(node.start) });
    },
    VariableDeclarator({ id, init, start }) {
      if (init?.type !== "Identifier" || !WATCHED_OBJECTS.has(init.name) || id.type !== "ObjectPattern") return;
      for (const property of id.properties) {
        if (property.type === "Property" && property.key.type === "Identifier")
          found.push({ name: `${init.name}.${property.key.name}`, line: lineOf(start) });
      }
    },
    NewExpression({ callee, arguments: values, start }) {
      if (callee.type === "Identifier" && callee.name === "Date" && values.length === 0)
        found.push({ name: "new Date()", line: lineOf(start) });
    },
    Identifier({ name, start }) {
      if (RANDOM_NAMES.has(name)) found.push({ name, line: lineOf(start) });
    },
  }).visit(program);
  return found;
}

function propertyName({ property, computed }: MemberExpression): string {
  if (property.type === "Literal") return String(property.value);
  return property.type === "Identifier" && !computed ? property.name : "(computed)";
}

interface Measurable {
  readonly start: number;
  readonly end: number;
  readonly params: readonly unknown[];
  readonly id?: { readonly name: string } | null;
}

function functionSizes(program: Program, lineOf: LineOf): FunctionFact[] {
  const found: FunctionFact[] = [];
  const measure = ({ start, end, params, id }: Measurable) => {
    const line = lineOf(start);
    found.push({ name: id?.name ?? "a function", line, lines: lineOf(end) - line + 1, parameters: params.length });
  };
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(program);
  return found;
}

/** A name that was imported and is exported again is handed on, in whichever of the two ways it is written. */
function exportsOf(module: EcmaScriptModule): SourceFacts["exports"] {
  const imported = new Set(
    module.staticImports.flatMap(({ entries }) => entries.map((entry) => entry.localName.value)),
  );
  const entries = module.staticExports.flatMap((one) => one.entries);
  const isHandedOn = ({ moduleRequest, localName }: (typeof entries)[number]) =>
    moduleRequest !== null || (localName.name !== null && imported.has(localName.name));
  const namesOf = (some: typeof entries) => some.map(({ exportName }) => exportName.name ?? "*");
  return {
    own: namesOf(entries.filter((entry) => !isHandedOn(entry))),
    handedOn: namesOf(entries.filter(isHandedOn)),
  };
}

function defaultExports(module: EcmaScriptModule, lineOf: LineOf): Spot[] {
  return module.staticExports.flatMap(({ entries, start }) =>
    entries
      .filter(({ exportName }) => exportName.kind === "Default" || exportName.name === "default")
      .map(() => ({ name: "default export", line: lineOf(start) })),
  );
}

function bannedSyntax(program: Program, lineOf: LineOf): Spot[] {
  const found: Spot[] = [];
  const ban = (name: string) => (node: { start: number }) => void found.push({ name, line: lineOf(node.start) });
  new Visitor({
    TSEnumDeclaration: ban("enum"),
    TSModuleDeclaration: ban("namespace"),
    TSParameterProperty: ban("parameter property"),
  }).visit(program);
  return found;
}
