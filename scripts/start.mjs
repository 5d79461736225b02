/**
 * `npm start` (launcher) and `npm run edge`: builds when the sources are newer, then becomes that
 * program, so that signals reach it without anything in between.
 */
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from './build.mjs';

const PROGRAMS = {
  launcher: 'dist/src/launcher.js',
  edge: 'dist/sip/edge.js',
  cli: 'dist/src/cli/main.js',
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program of the build in this process as if Node had been started with it. */
export function become(name) {
  try {
    buildWhenStale();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  process.argv[1] = join(root, PROGRAMS[name]);
  Module.runMain();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const name = process.argv[2] ?? 'launcher';
  if (!(name in PROGRAMS)) {
    process.stderr.write(`Unknown program ${name}; known: ${Object.keys(PROGRAMS).join(', ')}.\n`);
    process.exit(2);
  }
  become(name);
}
