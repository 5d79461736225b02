import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderCycles, wrongImports } from './support/architecture/import-rules';
import {
  anyInDomain,
  impurities,
  skippedTests,
  sleepsInTests,
} from './support/architecture/purity-rules';
import { isInside, parseAll, type ParsedSource, type Source } from './support/architecture/source';
import {
  barrels,
  emptyNames,
  migrationFaults,
  resolvedAddresses,
  strayText,
} from './support/architecture/tree-rules';
import landed from './support/landed-migrations.json';
import layers from './support/layers.json';

/**
 * The rules of docs/architecture.md, checked from the sources. Lint says the same in the editor; this
 * is what the build believes. Every rule is first shown a bad sample, so that none can pass by
 * looking at nothing.
 */
const root = join(__dirname, '..');

/** Tracked files and new ones that are not ignored. */
function listFiles(): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), 'utf8') });
const paths = listFiles();
const code = parseAll(paths.filter((path) => /\.tsx?$/.test(path)).map(read));
const product = code.filter(({ path }) => /^(src|sip|migrations|demo)\//.test(path));
const text = paths
  .filter((path) => !/\.(wav|dat|pcap|png|ico|pem|key)$/.test(path) && path !== 'package-lock.json')
  .map(read);

/** The sample as a parsed tree, among empty files of the other names. */
function sample(path: string, body: string, ...others: string[]): ParsedSource[] {
  return parseAll([{ path, text: body }, ...others.map((other) => ({ path: other, text: '' }))]);
}

function hashesOfMigrations(): Map<string, string> {
  const folder = join(root, 'migrations');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d/.test(name)) : [];
  return new Map(
    names.map((name) => {
      const body = readFileSync(join(folder, name));
      return [name, createHash('sha256').update(body).digest('hex')];
    }),
  );
}

describe('who may import whom', () => {
  test('there are sources to look at', () => {
    expect(product.length).toBeGreaterThan(10);
    expect(product.some(({ imports }) => imports.length > 0)).toBe(true);
  });

  test('every folder imports only what its row of the table names', () => {
    expect(wrongImports(product)).toEqual([]);
  });

  test('no two folders import each other', () => {
    expect(folderCycles(product)).toEqual([]);
  });

  test.each([
    [
      'the domain importing the engine',
      'src/domain/call/x.ts',
      "import { a } from '../../engine/y';",
    ],
    [
      'the domain importing a package',
      'src/domain/call/x.ts',
      "import { a } from 'libphonenumber-js';",
    ],
    ['the domain importing a built-in', 'src/domain/call/x.ts', "import { a } from 'node:fs';"],
    ['the engine importing an edge', 'src/engine/x.ts', "import { a } from '../http/y';"],
    ['an edge importing an edge', 'src/http/x.ts', "import type { a } from '../push/y';"],
    ['an edge reaching into the engine', 'src/push/x.ts', "export { a } from '../engine/journal';"],
    ['the app reaching behind sip/index.ts', 'src/app.ts', "import { a } from '../sip/media/y';"],
    [
      'telephony reaching behind sip/index.ts',
      'src/telephony/x.ts',
      "const a = require('../../sip/message/y');",
    ],
    [
      'a protocol folder reaching up',
      'sip/transport/x.ts',
      "const a = await import('../dialog/y');",
    ],
    ['sip importing the product', 'sip/gateway/x.ts', "import { a } from '../../src/domain/y';"],
    [
      'an edge taking values from the configuration',
      'src/http/x.ts',
      "import { load } from '../config';",
    ],
    ['drachtio-srf outside telephony', 'src/app.ts', "import Srf from 'drachtio-srf';"],
    ['knex in a route', 'src/http/routes/x.ts', "import { knex } from 'knex';"],
    [
      'fluent-ffmpeg outside the transcoder',
      'src/jobs/x.ts',
      "import ffmpeg from 'fluent-ffmpeg';",
    ],
    ['a file that belongs nowhere', 'src/stray/x.ts', ''],
  ])('finds %s', (_what, path, body) => {
    expect(wrongImports(sample(path, body))).not.toEqual([]);
  });

  test('finds nothing in what the table allows', () => {
    const files = [
      ...sample(
        'src/http/x.ts',
        "import type { Config } from '../config'; import f from 'fastify';",
      ),
      ...sample('src/engine/x.ts', "import { a } from '../domain/call/y'; import 'node:fs';"),
      ...sample(
        'src/telephony/x.ts',
        "import { a } from '../../sip'; import S from 'drachtio-srf';",
        'sip/index.ts',
      ),
      ...sample('sip/media/x.ts', "import { a } from '../rtp/y';"),
      ...sample('src/ffmpeg.ts', "import ffmpeg from 'fluent-ffmpeg';"),
    ];
    expect(wrongImports(files)).toEqual([]);
  });

  test('finds a circle of folders, and names it once', () => {
    const files = parseAll([
      { path: 'src/domain/call/a.ts', text: "import { b } from '../queue/b';" },
      { path: 'src/domain/queue/b.ts', text: "import type { c } from '../agent/c';" },
      { path: 'src/domain/agent/c.ts', text: "import { a } from '../call/a';" },
    ]);
    expect(folderCycles(files)).toEqual([
      'folders import each other in a circle: src/domain/agent -> src/domain/call -> src/domain/queue -> src/domain/agent',
    ]);
  });
});

describe('purity', () => {
  test('pure parts read no clock, draw no number and wait for nothing', () => {
    expect(impurities(product)).toEqual([]);
  });

  test('every part that is listed as pure is there', () => {
    expect(layers.pure.filter((zone) => !product.some(({ path }) => isInside(path, zone)))).toEqual(
      [],
    );
  });

  test('there is no any in the domain', () => {
    expect(anyInDomain(product)).toEqual([]);
  });

  test.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const n = Math.random();',
    'setTimeout(() => undefined, 1);',
    'const s = process.env.SECRET;',
    'async function f() {}',
    'const id = crypto.randomUUID();',
    'type Later = Promise<void>;',
  ])('finds %s', (body) => {
    expect(impurities(sample('src/domain/x.ts', body))).not.toEqual([]);
  });

  test('is not fooled by members that share a name', () => {
    const body = 'const a = { Date: 1 }; const b = a.Date; interface C { process: string }';
    expect(impurities(sample('src/domain/x.ts', body))).toEqual([]);
  });

  test('finds any', () => {
    expect(anyInDomain(sample('src/domain/x.ts', 'const a: any = 1;'))).toHaveLength(1);
  });
});

describe('tests', () => {
  test('none sleeps', () => {
    expect(sleepsInTests(code)).toEqual([]);
  });

  test('none is skipped or runs alone', () => {
    expect(skippedTests(code)).toEqual([]);
  });

  test.each([
    'await new Promise((resolve) => setTimeout(resolve, 10));',
    'await new Promise((r) => { setTimeout(() => r(1), 10); });',
    'await new Promise(function (r) { global.setTimeout(r, 10); });',
    "import { setTimeout as rest } from 'node:timers/promises';",
  ])('finds %s', (body) => {
    expect(sleepsInTests(sample('test/x.test.ts', body))).toHaveLength(1);
  });

  test.each(['only', 'skip', 'todo'])('finds a test marked %s', (mark) => {
    const body = `describe.${mark}('x', () => undefined); test.each([1]);`;
    expect(skippedTests(sample('test/x.test.ts', body))).toHaveLength(1);
  });

  test('finds the short spellings too', () => {
    expect(skippedTests(sample('test/x.test.ts', "xit('x', () => undefined);"))).toHaveLength(1);
  });
});

describe('the tree', () => {
  test('every file is named for what it decides', () => {
    expect(emptyNames(paths)).toEqual([]);
  });

  test('there are no barrels but the named ones', () => {
    expect(barrels(product)).toEqual([]);
  });

  test('no file names a place that exists on one machine only', () => {
    expect(strayText(text)).toEqual([]);
  });

  test('the lock file names no registry', () => {
    expect(resolvedAddresses(read('package-lock.json').text)).toEqual([]);
  });

  test('migrations are only appended', () => {
    expect(migrationFaults(hashesOfMigrations(), landed)).toEqual([]);
  });

  test.each([
    'src/http/utils.ts',
    'sip/helpers/x.ts',
    'src/call-manager.ts',
    'test/common.test.ts',
  ])('finds %s', (path) => {
    expect(emptyNames([path])).toHaveLength(1);
  });

  test('finds a barrel under any name, and lets the named lists be', () => {
    const body = "export * from './a'; export { b } from './b';";
    expect(barrels(sample('src/http/index.ts', 'export const a = 1;'))).toHaveLength(1);
    expect(barrels(sample('src/http/all.ts', body))).toHaveLength(1);
    expect(barrels(sample('sip/index.ts', body))).toEqual([]);
  });

  test.each([
    ['a home folder', `see ${['', 'home', 'li', 'x'].join('/')}`],
    ['a neighbouring folder', `see ${['..', 'shared', 'x.md'].join('/')}`],
    ['a registry', `https://${['registry', 'example', 'org'].join('.')}/x`],
    ['a private index', `@own:${'registry'}=https://example.org`],
  ])('finds %s', (_what, body) => {
    expect(strayText([{ path: 'README.md', text: body }])).not.toEqual([]);
  });

  test('finds an address in the lock file', () => {
    const lock = { packages: { 'node_modules/x': { resolved: 'https://example.org/x.tgz' } } };
    expect(resolvedAddresses(JSON.stringify(lock))).toHaveLength(1);
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['an edited migration', { '0001_a.ts': 'new' }, { '0001_a.ts': 'old' }],
    ['a migration that was taken away', {}, { '0001_a.ts': 'h' }],
    ['a gap', { '0001_a.ts': 'h', '0003_b.ts': 'h' }, { '0001_a.ts': 'h', '0003_b.ts': 'h' }],
    ['a migration that was not entered', { '0001_a.ts': 'h' }, {}],
  ])('finds %s', (_what, present, known) => {
    expect(migrationFaults(new Map(Object.entries(present)), known)).toHaveLength(1);
  });
});
