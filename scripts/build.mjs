/**
 * Compiles the sources into dist/, as a whole and only when they changed. Types are not checked here
 * (`npm run typecheck` does that): an installation without development packages must be able to
 * build, and a start must not wait for a check.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const SOURCES = ['src', 'sip', 'migrations'];
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Changes whenever a source is added, removed or written. */
function stamp() {
  const hash = createHash('sha256');
  const files = SOURCES.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((path) => join(folder, String(path)))
      .filter((path) => path.endsWith('.ts')),
  );
  for (const file of [...files.sort(), ...SETTINGS]) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** Builds beside dist and swaps, so that a running installation never sees half of one. */
export function build() {
  const before = stamp();
  const fresh = join(root, `dist.new.${process.pid}`);
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const args = [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', fresh];
  const compiled = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (compiled.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error('The sources do not compile; see above.');
  }
  writeFileSync(join(fresh, '.stamp'), before);
  swap(fresh);
}

/** Puts the fresh build in place of dist, also when another start does the same. */
function swap(fresh) {
  const old = join(root, `dist.old.${process.pid}`);
  for (;;) {
    try {
      // A folder can only be renamed over an empty or missing one.
      renameSync(fresh, dist);
      return;
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    }
    try {
      renameSync(dist, old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    rmSync(old, { recursive: true, force: true });
  }
}

/** Does nothing when dist is of these sources, or when there are no sources. */
export function buildWhenStale() {
  if (!existsSync(join(root, 'src'))) return;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()) return;
  process.stderr.write('Building …\n');
  build();
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) build();
