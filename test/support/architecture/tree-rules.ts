import ts from 'typescript';
import type { ParsedSource, Source } from './source';
import layers from '../layers.json';

/** Rules about the tree itself: names of files, barrels, stray text, the lock file, migrations. */

const EMPTY_NAMES = /(^|[-.])(utils?|helpers?|managers?|services?|common|misc)$/;

/** A file is named for the decision it holds; these names hold anything. */
export function emptyNames(paths: readonly string[]): string[] {
  return paths
    .filter((path) => /^(src|sip|test|scripts|migrations|demo)\//.test(path))
    .filter((path) =>
      path.split('/').some((part) => EMPTY_NAMES.test(part.replace(/(\.test)?\.\w+$/, ''))),
    )
    .map((path) => `${path}: named for nothing in particular`);
}

/** A barrel hides who uses what; only the lists named in layers.json may be one. */
export function barrels(
  files: readonly ParsedSource[],
  allowed: readonly string[] = layers.barrels,
): string[] {
  return files
    .filter(({ path }) => !allowed.includes(path))
    .filter(({ path, tree }) => /(^|\/)index\.tsx?$/.test(path) || onlyReExports(tree))
    .map(({ path }) => `${path}: a barrel; import from the file that holds the thing`);
}

function onlyReExports(tree: ts.SourceFile): boolean {
  return (
    tree.statements.length > 0 &&
    tree.statements.every(
      (statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined,
    )
  );
}

const STRAY: readonly { what: string; pattern: RegExp }[] = [
  {
    what: "an absolute path of somebody's machine",
    pattern: /(?:^|[\s"'`(=:])\/(?:home|Users|root|work|tmp)\/[\w.-]/m,
  },
  { what: 'a Windows path', pattern: /\b[A-Z]:\\\\?(?:Users|work)\b/ },
  {
    what: 'a folder beside the repository',
    pattern: /(?:^|[\s"'`(])(?:\.\.\/)+shared\/(?!phone)/m,
  },
  {
    what: 'a package registry',
    pattern: /https?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[\w.-]*/i,
  },
  { what: 'a private package index', pattern: /^\s*(?:@[\w-]+:)?registry\s*=/m },
];

/** Text that means something on one machine only. */
export function strayText(files: readonly Source[]): string[] {
  return files.flatMap(({ path, text }) =>
    STRAY.filter(({ pattern }) => pattern.test(text)).map(
      ({ what, pattern }) => `${path}: names ${what}: ${pattern.exec(text)?.[0].trim() ?? ''}`,
    ),
  );
}

/** With addresses in the lock file an install would depend on one registry being there. */
export function resolvedAddresses(lockFile: string): string[] {
  const lock = JSON.parse(lockFile) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(lock.packages)
    .filter(([, entry]) => /^https?:/.test(entry.resolved ?? ''))
    .map(([name, entry]) => `package-lock.json: ${name} is pinned to ${entry.resolved ?? ''}`);
}

/**
 * Migrations are only appended: what `landed` names must be there unchanged, and anything new comes
 * after it, is numbered on without a gap, and is entered there when it lands.
 * @param present file name -> sha256 of its text
 */
export function migrationFaults(
  present: ReadonlyMap<string, string>,
  landed: Readonly<Record<string, string>>,
): string[] {
  const faults: string[] = [];
  for (const [name, hash] of Object.entries(landed)) {
    if (!present.has(name)) faults.push(`migrations/${name} landed and is gone`);
    else if (present.get(name) !== hash) faults.push(`migrations/${name} landed and was edited`);
  }
  [...present.keys()].sort().forEach((name, index) => {
    if (Number.parseInt(name, 10) !== index + 1) {
      faults.push(`migrations/${name} should be number ${index + 1}: no gaps, no doubles`);
    }
    if (!(name in landed)) {
      faults.push(
        `migrations/${name} is new: enter "${name}": "${present.get(name) ?? ''}" in test/support/landed-migrations.json`,
      );
    }
  });
  return faults;
}
