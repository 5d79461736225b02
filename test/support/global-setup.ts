/** Runs once before all test files: offers databases, without starting PostgreSQL yet. */
import { DATABASES_AT } from './postgres';
import { serveDatabases, type TestServer } from './postgres-server';

declare global {
  /** For global-teardown.ts: jest loads the two files each in a module registry of its own. */
  var openlineTestServer: TestServer | undefined;
}

export default async function setUp(): Promise<void> {
  const server = await serveDatabases();
  process.env[DATABASES_AT] = server.url;
  globalThis.openlineTestServer = server;
}
