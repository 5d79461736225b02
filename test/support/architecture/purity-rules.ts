import ts from 'typescript';
import { isInside, lineOf, walk, type ParsedSource } from './source';
import layers from '../layers.json';

/**
 * Pure parts take time, chance and ids as values: nothing in them reads a clock, draws a number,
 * waits, or talks to the world. That is what makes a log replayable and a test instant.
 */
const FORBIDDEN_NAMES = new Set([
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'crypto',
  'console',
  'fetch',
  'Promise',
]);

/** Everything in a pure file that reads the world or waits for it. */
export function impurities(
  files: readonly ParsedSource[],
  pure: readonly string[] = layers.pure,
): string[] {
  return files
    .filter((file) => pure.some((zone) => isInside(file.path, zone)))
    .flatMap((file) => {
      const faults: string[] = [];
      walk(file.tree, (node) => {
        const what = impurityOf(node);
        if (what !== null) {
          faults.push(`${file.path}:${lineOf(file.tree, node)}: pure code uses ${what}`);
        }
      });
      return faults;
    });
}

/** `any` in the domain switches the compiler off where it matters most. */
export function anyInDomain(files: readonly ParsedSource[]): string[] {
  const faults: string[] = [];
  for (const file of files.filter(({ path }) => isInside(path, 'src/domain'))) {
    walk(file.tree, (node) => {
      if (node.kind === ts.SyntaxKind.AnyKeyword) {
        faults.push(`${file.path}:${lineOf(file.tree, node)}: no \`any\` in src/domain`);
      }
    });
  }
  return faults;
}

/** Tests wait for events; a promise that only lets time pass hides what is being waited for. */
export function sleepsInTests(files: readonly ParsedSource[]): string[] {
  const faults: string[] = [];
  for (const file of files.filter(({ path }) => isInside(path, 'test'))) {
    if (file.imports.some(({ specifier }) => /^(node:)?timers\/promises$/.test(specifier))) {
      faults.push(`${file.path}: timers/promises is a sleep; wait for an event`);
    }
    walk(file.tree, (node) => {
      if (isSleep(node)) {
        faults.push(`${file.path}:${lineOf(file.tree, node)}: a sleep; wait for an event`);
      }
    });
  }
  return faults;
}

const EXCLUSIVE = /^(describe|it|test)(\.\w+)*\.(only|skip|todo)$/;
const EXCLUSIVE_NAMES = new Set(['fit', 'xit', 'fdescribe', 'xdescribe', 'xtest']);

/** Skipped and exclusive tests; only needs.ts may skip, and says why. */
export function skippedTests(files: readonly ParsedSource[]): string[] {
  const faults: string[] = [];
  for (const file of files.filter(
    ({ path }) => isInside(path, 'test') && path !== 'test/support/needs.ts',
  )) {
    walk(file.tree, (node) => {
      const name = exclusiveName(node);
      if (name !== null)
        faults.push(`${file.path}:${lineOf(file.tree, node)}: ${name} hides tests`);
    });
  }
  return faults;
}

function impurityOf(node: ts.Node): string | null {
  if (ts.isIdentifier(node) && FORBIDDEN_NAMES.has(node.text) && isReference(node)) {
    return node.text;
  }
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') return 'Math.random';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  return null;
}

/** False for `response.date`-like members, keys and declarations, which only share the name. */
function isReference(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  const declares =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isParameter(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isEnumMember(parent);
  return !(declares && parent.name === node);
}

/** `new Promise((resolve) => setTimeout(resolve, …))`, also with braces or a wrapped resolve. */
function isSleep(node: ts.Node): boolean {
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'Promise') return false;
  const executor = node.arguments?.[0];
  if (executor === undefined || !isFunction(executor) || executor.parameters.length !== 1) {
    return false;
  }
  const only = onlyExpression(executor.body);
  return (
    only !== null &&
    ts.isCallExpression(only) &&
    /^(?:\w+\.)?set(?:Timeout|Interval)$/.test(only.expression.getText())
  );
}

function isFunction(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

function onlyExpression(body: ts.ConciseBody): ts.Expression | null {
  if (!ts.isBlock(body)) return body;
  const [first, second] = body.statements;
  if (first === undefined || second !== undefined) return null;
  return ts.isExpressionStatement(first) ? first.expression : null;
}

function exclusiveName(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node) && EXCLUSIVE.test(node.getText())) return node.getText();
  const called = ts.isCallExpression(node) ? node.expression.getText() : '';
  return EXCLUSIVE_NAMES.has(called) ? called : null;
}
