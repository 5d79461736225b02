/** Reads types of the source: their fields with what the comments say of them, and the named types that they are made of. */
import { join, relative } from 'node:path';
import * as ts from 'typescript';

export interface Field {
  /** `me.posts[].post`; a `?` behind it: it may be missing. */
  name: string;
  type: string;
  meaning: string;
}

const ROOT = join(__dirname, '..');

export class TypeTables {
  readonly #checker: ts.TypeChecker;
  readonly #file: ts.SourceFile;
  /** Named types of fields that were asked for, in the order in which they were met. */
  readonly met = new Map<string, ts.Symbol>();

  constructor(path: string) {
    const program = ts.createProgram([join(ROOT, path)], { strict: true, types: [] });
    const file = program.getSourceFile(join(ROOT, path));
    if (!file) throw new Error(`no ${path}`);
    this.#file = file;
    this.#checker = program.getTypeChecker();
  }

  /** The comment at the head of the file, without its stars. */
  get head(): string {
    const [range] = ts.getLeadingCommentRanges(this.#file.text, 0) ?? [];
    const text = range ? this.#file.text.slice(range.pos, range.end) : '';
    return text
      .replace(/^\/\*\*|\*\/$/g, '')
      .replace(/^ \* ?/gm, '')
      .trim();
  }

  /** The members of an interface of the file, each with its comment and the fields of its type. */
  members(name: string): { name: string; meaning: string; fields: Field[] }[] {
    return this.#typeOf(name)
      .getProperties()
      .map((member) => {
        const type = this.#checker.getTypeOfSymbol(member);
        return { name: member.name, meaning: this.#meaning(member), fields: this.#fields(type) };
      });
  }

  /** What a type that was met is: its fields, or where it has none of its own, its text. */
  described(symbol: ts.Symbol): { meaning: string; fields: Field[]; text: string; path: string } {
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol);
    const [declaration] = symbol.declarations ?? [];
    const isObject =
      !type.isUnion() && (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
    return {
      meaning: this.#meaning(symbol),
      fields: isObject ? this.#fields(type) : [],
      text: valuesOf(type, declaration?.getText() ?? ''),
      path: relative(ROOT, declaration?.getSourceFile().fileName ?? ROOT),
    };
  }

  #typeOf(name: string): ts.Type {
    const module = this.#checker.getSymbolAtLocation(this.#file);
    const found =
      module && this.#checker.getExportsOfModule(module).find((one) => one.name === name);
    if (!found) throw new Error(`no type ${name}`);
    return this.#checker.getDeclaredTypeOfSymbol(found);
  }

  #fields(type: ts.Type, prefix = ''): Field[] {
    return type.getProperties().flatMap((property) => this.#field(property, prefix));
  }

  #field(property: ts.Symbol, prefix: string): Field[] {
    const declaration = property.declarations?.[0];
    const node = declaration && ts.isPropertySignature(declaration) ? declaration.type : undefined;
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const name = `${prefix}${property.name}${isOptional ? '?' : ''}`;
    const meaning = this.#meaning(property);
    if (!node) {
      const text = this.#checker.typeToString(this.#checker.getTypeOfSymbol(property));
      return [{ name, type: text, meaning }];
    }
    // Part of a type that is none of the interface: what it comes to.
    if (ts.isIndexedAccessTypeNode(node) && ts.isTypeReferenceNode(node.objectType)) {
      const whole = this.#checker.getTypeFromTypeNode(node);
      return [{ name, type: this.#checker.typeToString(whole), meaning }];
    }
    this.#meet(node);
    const inner = literalIn(node);
    if (!inner) return [{ name, type: oneLine(node.getText()), meaning }];
    const type = oneLine(node.getText().replace(inner.getText(), 'object'));
    const below = `${prefix}${property.name}${type.includes('[]') ? '[]' : ''}.`;
    return [
      { name, type, meaning },
      ...this.#fields(this.#checker.getTypeFromTypeNode(inner), below),
    ];
  }

  /** Remembers the named types of our own that a field is made of; aliases of text and numbers are in the head. */
  #meet(node: ts.Node): void {
    if (ts.isTypeReferenceNode(node)) {
      const at = this.#checker.getSymbolAtLocation(node.typeName);
      const symbol =
        at && at.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(at) : at;
      const isOurs = symbol?.declarations?.some((one) =>
        one.getSourceFile().fileName.startsWith(join(ROOT, 'src')),
      );
      if (symbol && isOurs && !isPlain(this.#checker.getDeclaredTypeOfSymbol(symbol)))
        this.met.set(symbol.name, symbol);
    }
    ts.forEachChild(node, (child) => {
      if (!ts.isTypeLiteralNode(child)) this.#meet(child);
    });
  }

  #meaning(symbol: ts.Symbol): string {
    return oneLine(ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)));
  }
}

/** The object that is written out in a type: alone, in a list, or beside null. */
function literalIn(node: ts.TypeNode): ts.TypeLiteralNode | undefined {
  if (ts.isTypeLiteralNode(node)) return node;
  if (ts.isArrayTypeNode(node)) return literalIn(node.elementType);
  if (ts.isParenthesizedTypeNode(node)) return literalIn(node.type);
  if (ts.isUnionTypeNode(node)) return node.types.map(literalIn).find((one) => one !== undefined);
  return undefined;
}

/** The text of a type, or the values themselves where it says only what they are derived from. */
function valuesOf(type: ts.Type, text: string): string {
  const parts = type.isUnion() ? type.types : [];
  const values = parts.flatMap((one) => (one.isStringLiteral() ? [`'${one.value}'`] : []));
  const isDerived = /typeof|Exclude</.test(text);
  return isDerived && values.length === parts.length && values.length > 0
    ? values.join(' | ')
    : text;
}

const isPlain = (type: ts.Type): boolean =>
  (type.flags & (ts.TypeFlags.String | ts.TypeFlags.Number)) !== 0;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
