/** Runs once before all test files: offers databases and data folders, without starting anything yet. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATABASES_AT } from './postgres';
import { serveDatabases, type TestServer } from './postgres-server';
import { STARTED_IN } from './started-folder';

declare global {
  /** For global-teardown.ts: jest loads the two files each in a module registry of its own. */
  var openlineTestServer: TestServer | undefined;
}

export default async function setUp(): Promise<void> {
  const server = await serveDatabases();
  process.env[DATABASES_AT] = server.url;
  process.env[STARTED_IN] = mkdtempSync(join(tmpdir(), 'openline-started-'));
  globalThis.openlineTestServer = server;
}
