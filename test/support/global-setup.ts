/** Runs once before all test files: offers databases and a folder of the run, without starting anything yet. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNow } from './build-now';
import { DATABASES_AT } from './postgres';
import { serveDatabases, type TestServer } from './postgres-server';
import { RUN_FOLDER } from './run-folder';

const root = join(__dirname, '..', '..');

declare global {
  /** For global-teardown.ts: jest loads the two files each in a module registry of its own. */
  var openlineTestServer: TestServer | undefined;
}

export default async function setUp(): Promise<void> {
  const server = await serveDatabases();
  process.env[DATABASES_AT] = server.url;
  process.env[RUN_FOLDER] = mkdtempSync(join(tmpdir(), 'openline-test-run-'));
  globalThis.openlineTestServer = server;
  // On a fresh machine once, and not within the patience of the first test that needs it.
  if (!existsSync(join(root, 'dist'))) buildNow(root);
}
