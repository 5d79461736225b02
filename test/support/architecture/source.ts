import ts from 'typescript';

/**
 * Reads a source file as the architecture test sees it: what it imports and its syntax tree. Works
 * on text alone, so a rule can be shown a bad sample as easily as the real tree.
 */
export interface Source {
  /** Relative to the repository, with forward slashes: `src/domain/call/routing.ts`. */
  path: string;
  text: string;
}

export interface ParsedSource extends Source {
  tree: ts.SourceFile;
  imports: Import[];
}

export interface Import {
  /** As written: `../domain/ids` or `knex`. */
  specifier: string;
  /** The file it means when it is relative, else null. */
  target: string | null;
  /** `import type …`, or every named binding marked `type`. */
  typeOnly: boolean;
  line: number;
}

/** Parses without type information: enough for imports and names, and fast. */
export function parse(source: Source, known: ReadonlySet<string>): ParsedSource {
  const tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2022, true);
  return { ...source, tree, imports: findImports(tree, source.path, known) };
}

/** Parses a whole set; relative imports are resolved inside the set. */
export function parseAll(sources: readonly Source[]): ParsedSource[] {
  const known = new Set(sources.map((source) => source.path));
  return sources.map((source) => parse(source, known));
}

/** Line of a node, counted from 1. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Calls `visit` for the node and everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** True when `path` is the zone's file or lies in the zone's folder. */
export function isInside(path: string, zone: string): boolean {
  return path === zone || path.startsWith(`${zone}/`);
}

function findImports(tree: ts.SourceFile, path: string, known: ReadonlySet<string>): Import[] {
  const found: Import[] = [];
  const add = (literal: ts.Node | undefined, typeOnly: boolean) => {
    if (literal === undefined || !ts.isStringLiteralLike(literal)) return;
    const specifier = literal.text;
    const target = resolveRelative(path, specifier, known);
    found.push({ specifier, target, typeOnly, line: lineOf(tree, literal) });
  };
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isCallExpression(node) && isDynamicImport(node)) add(node.arguments[0], false);
  });
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) {
    return false;
  }
  return bindings.elements.every((element) => element.isTypeOnly);
}

function isDynamicImport(call: ts.CallExpression): boolean {
  const callee = call.expression;
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require') ||
    callee.getText() === 'require.resolve'
  );
}

function resolveRelative(
  from: string,
  specifier: string,
  known: ReadonlySet<string>,
): string | null {
  if (!specifier.startsWith('.')) return null;
  const base = normalise([...from.split('/').slice(0, -1), ...specifier.split('/')]);
  const stem = base.replace(/\.js$/, '');
  const candidates = [base, `${stem}.ts`, `${stem}.tsx`, `${base}/index.ts`, `${base}.json`];
  return candidates.find((candidate) => known.has(candidate)) ?? `${stem}.ts`;
}

function normalise(parts: string[]): string {
  const out: string[] = [];
  for (const part of parts) {
    if (part === '..') out.pop();
    else if (part !== '.' && part !== '') out.push(part);
  }
  return out.join('/');
}
