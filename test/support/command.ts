import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Product } from './product';

/** `npx openline …` beside a running product, as on its machine, in English. Resolves with its exit code and what it said. */
export function openline(
  { http, dataDir, recordingsDir }: Pick<Product, 'http' | 'dataDir' | 'recordingsDir'>,
  ...args: string[]
): Promise<{ code: number; out: string }> {
  const script = join(__dirname, '../../dist/src/cli/main.js');
  const env = {
    ...{ PATH: process.env['PATH'], LANG: 'C', HTTP_LISTEN: http },
    ...{ OPENLINE_DATA: dataDir, RECORDINGS_DIR: recordingsDir },
  };
  return new Promise((resolve) =>
    execFile(process.execPath, [script, ...args], { env, cwd: dataDir }, (error, out, err) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        out: out + err,
      }),
    ),
  );
}
