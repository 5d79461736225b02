import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { POSTS } from '../src/domain/organisation';
import { checkPlan } from '../src/domain/plan-check';
import { RIGHTS, rightsOf } from '../src/domain/rights';

/** What the documents promise is there: links, files, the example of the README. */
const root = join(__dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((name) => `docs/${String(name)}`)
    .filter((name) => name.endsWith('.md')),
];

/** Relative links of a document, without their anchors. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) => match[1] ?? '');
}

/**
 * Files named in code style by their path from the root. Patterns (`<name>`, `*`, `…`) and paths in
 * a line that is marked as planned are no promises.
 */
function filesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/\bplanned\b/.test(line))
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
    .filter((name) => /^(src|sip|test|migrations|scripts|docs)\/[\w./-]+$/.test(name));
}

/** Rows of the table "How one call travels": files, where a later one may lie beside the first. */
function filesOfTheCall(text: string): string[] {
  const section = text.split('## How one call travels')[1]?.split('\n- ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && line.includes('`'))
    .flatMap((line) => {
      const cell = line.split('|')[2] ?? '';
      const names = [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      const [first = ''] = names;
      return names.map((name) => placeOf(name, dirname(first)));
    });
}

/** `worker/x.ts` after `sip/media/engine.ts` lies below it; `agent/x.ts` after `src/domain/call/y.ts` beside. */
function placeOf(name: string, folder: string): string {
  const candidates = [name, `${folder}/${name}`, `${dirname(folder)}/${name}`];
  return (
    candidates.find((path) => /^(src|sip)\//.test(path) && existsSync(join(root, path))) ?? name
  );
}

test.each(documents)('%s links only to what is there', (name) => {
  const links = linksOf(read(name));
  expect(links.filter((link) => !existsSync(join(root, dirname(name), link)))).toEqual([]);
});

test.each(documents)('%s names only files that are there', (name) => {
  expect(filesOf(read(name)).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the files that one call travels through are there, from the INVITE to the lead', () => {
  const files = filesOfTheCall(read('docs/architecture.md'));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each(['peers', 'scenario'])(
  'stories of the hotline, on the started product and as a scenario: %s',
  (kind) => {
    const rows = (read('docs/stories.md').split('## The hotline')[1] ?? '').matchAll(
      /^\|(.*)\|$/gm,
    );
    const named = [...rows].flatMap(([, row = '']) => {
      const cell = row.split('|')[kind === 'peers' ? 1 : 2] ?? '';
      return [...cell.matchAll(/`([\w-]+)`/g)].map((match) => `test/${kind}/${match[1]}.test.ts`);
    });
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  },
);

test('the plan of the README is a good plan', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
  const stored = {
    realm: null,
    people: new Set<string>(),
    phones: new Set<string>(),
    accounts: new Set<string>(),
  };
  expect(checkPlan(parse(yaml), stored)).toMatchObject({ ok: true });
});

test('what is written of push is what its types say', () => {
  const script = join(root, 'scripts/make-push-docs.ts');
  const made = spawnSync(process.execPath, ['--import', 'tsx', script, '--check'], { cwd: root });
  expect({ status: made.status, said: String(made.stderr) }).toEqual({ status: 0, said: '' });
}, 60_000);

test('the README has the two commands of a fresh machine', () => {
  expect(read('README.md')).toContain('npm ci && npm start');
  expect(read('README.md')).toContain('npm ci && npm test');
});

test('the changelog has a place for what comes next', () => {
  expect(read('CHANGELOG.md')).toMatch(/^## Unreleased$/m);
});

test('finds a broken link, a missing file, and leaves patterns and plans alone', () => {
  expect(linksOf('[a](b/c.md#d) [e](https://example.org) [f](#g)')).toEqual(['b/c.md']);
  expect(filesOf('`src/x.ts` `src/<name>.ts`\n`src/jobs/y.ts` (planned)')).toEqual(['src/x.ts']);
});

/** Rows of the table of a section: its cells, without those that only draw lines. */
const tableOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const codesOf = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('posts', () => {
  const section = read('docs/operations.md').split('\n## Posts\n')[1]?.split('\n## ')[0] ?? '';

  test('the table of who may do what is that of the code', () => {
    const [[, , ...posts] = [], ...rows] = tableOf(section);
    expect(posts.flatMap(codesOf)).toEqual([...POSTS]);
    expect(rows.flatMap(([right = '']) => codesOf(right))).toEqual(RIGHTS);
    const marked = posts.flatMap((cell, column) =>
      codesOf(cell).map((post) => [
        post,
        rows.filter((row) => row[column + 2] === '●').flatMap(([right = '']) => codesOf(right)),
      ]),
    );
    expect(marked).toEqual(POSTS.map((post) => [post, rightsOf(post)]));
  });

  test('the plan of the example is a good plan', () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
    const people = new Set(['wang', 'gao', 'song']);
    const stored = { realm: null, people, phones: new Set<string>(), accounts: new Set<string>() };
    expect(checkPlan(parse(yaml), stored)).toMatchObject({ ok: true });
  });
});
