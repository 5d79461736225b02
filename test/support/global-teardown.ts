/** Runs once after all test files. */
import { rmSync } from 'node:fs';
import { RUN_FOLDER } from './run-folder';

export default async function tearDown(): Promise<void> {
  await globalThis.openlineTestServer?.stop();
  const folder = process.env[RUN_FOLDER];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
