/** Runs once after all test files. */
import { rmSync } from 'node:fs';
import { STARTED_IN } from './started-folder';

export default async function tearDown(): Promise<void> {
  await globalThis.openlineTestServer?.stop();
  const started = process.env[STARTED_IN];
  if (started !== undefined) rmSync(started, { recursive: true, force: true });
}
