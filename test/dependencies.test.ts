import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What we depend on is reviewed in the document, exact, and the same from every mirror. */
const root = join(__dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const REVIEW = read('docs/decisions/0009-what-we-depend-on.md');

interface Locked {
  version: string;
  license?: string;
  integrity?: string;
  resolved?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
  os?: string[];
  cpu?: string[];
}

const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const FOLDER = 'node_modules/';
/** By its place: `a/node_modules/b` is another `b`. */
const locked = Object.entries(lock.packages).filter(([place]) => place !== '');
const nameOf = (place: string): string => place.slice(place.lastIndexOf(FOLDER) + FOLDER.length);

const sectionOf = (title: string): string =>
  (REVIEW.split(`\n## ${title}\n`)[1] ?? '').split('\n## ')[0] ?? '';

/** Rows of the table in that section: package, licence, and the other cells. */
function rowsOf(title: string): { name: string; licence: string; rest: string[] }[] {
  return [...sectionOf(title).matchAll(/^\| `([^`]+)` *\|(.*)\|$/gm)].map(
    ([, name = '', cells = '']) => {
      const [licence = '', ...rest] = cells.split('|').map((cell) => cell.trim());
      return { name, licence, rest };
    },
  );
}

/** `@scope/*` means all of a scope. */
const isMeant = (pattern: string, name: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

describe.each([
  ['What runs in production', manifest.dependencies],
  ['What development needs', manifest.devDependencies],
])('%s', (title, dependencies) => {
  const rows = rowsOf(title);

  test('has a row for each, and no other', () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(dependencies).sort());
  });

  test('with its licence, why it is there, and what we would do without it', () => {
    const licences = rows.map(({ name }) => lock.packages[`${FOLDER}${name}`]?.license);
    expect(rows.map(({ licence }) => licence)).toEqual(licences);
    expect(rows.filter(({ rest }) => rest.length !== 2 || rest.includes(''))).toEqual([]);
  });

  test('is pinned to one version, which the lock file has', () => {
    const versions = Object.keys(dependencies).map((name) => [
      name,
      lock.packages[`${FOLDER}${name}`]?.version,
    ]);
    expect(Object.entries(dependencies)).toEqual(versions);
  });
});

test('the lock file has the hash of every package and the address of none', () => {
  expect(locked.length).toBeGreaterThan(300);
  expect(locked.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''))).toEqual([]);
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(read('package-lock.json')).not.toMatch(/"https?:\/\/[^"]*(?:registry|npmjs|\.tgz)/);
});

test('licences of production are free ones, or an exception that the document names', () => {
  const FREE = /^\(?(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|CC0-1\.0|0BSD)( OR .*)?\)?$/;
  const exceptions = [...sectionOf('Licences').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const strange = locked
    .filter(([, { dev, license }]) => !dev && !FREE.test(license ?? ''))
    .map(([place]) => nameOf(place))
    .filter((name) => !exceptions.some((one) => isMeant(one, name)));
  expect(strange).toEqual([]);
});

test('install scripts: each package that has one is allowed or refused by name', () => {
  const [allowed = '', refused = ''] = sectionOf('Install scripts').split('\nRefused:');
  const names = (text: string): string[] =>
    [...text.matchAll(/`((?:@[\w-]+\/)?[\w-]+)`/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'allowScripts');
  const said = (is: boolean): string[] =>
    Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name] === is);
  expect([names(allowed), names(refused)]).toEqual([said(true), said(false)]);
  const ours = locked.filter(
    ([, { hasInstallScript, os, cpu }]) =>
      hasInstallScript && (os?.includes('linux') ?? true) && (cpu?.includes('x64') ?? true),
  );
  const known = [...names(allowed), ...names(refused)].sort();
  expect([...new Set(ours.map(([place]) => nameOf(place)))].sort()).toEqual(known);
});

test('the bill of materials leaves out what only development needs', () => {
  expect(manifest.scripts['sbom']).toMatch(/^npm sbom .*cyclonedx.*--omit dev\b/);
});
