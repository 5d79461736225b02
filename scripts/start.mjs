/**
 * `npm start` (launcher) and `npm run edge`: builds when the sources are newer, then becomes that
 * program, so that signals reach it without anything in between.
 */
import { realpathSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from './build.mjs';

const PROGRAMS = {
  launcher: 'dist/src/launcher.js',
  edge: 'dist/sip/edge.js',
  cli: 'dist/src/cli/main.js',
};

const self = fileURLToPath(import.meta.url);
const isProgram = isSelf(process.argv[1]);
/** By the name that we were started with: a link may lead to another version later (src/launcher/own-folder.ts). */
const root = dirname(dirname(isProgram ? process.argv[1] : self));

function isSelf(program) {
  try {
    return realpathSync(program) === self;
  } catch {
    return false;
  }
}

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

if (isProgram) {
  const name = process.argv[2] ?? 'launcher';
  if (!(name in PROGRAMS)) {
    process.stderr.write(`Unknown program ${name}; known: ${Object.keys(PROGRAMS).join(', ')}.\n`);
    process.exit(2);
  }
  become(name);
}
