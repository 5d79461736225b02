import { extname, join } from 'node:path';

/** What a media thread runs. */
export interface WorkerEntry {
  file: string;
  execArgv: string[];
}

/** Beside us; run from sources (development), the thread needs the same loader for TypeScript. */
export function workerEntry(): WorkerEntry {
  const extension = extname(__filename);
  return {
    file: join(__dirname, 'worker', `main${extension}`),
    execArgv: extension === '.ts' ? ['--require', require.resolve('tsx/cjs')] : [],
  };
}
