import { extname, join } from 'node:path';

/** What a media thread runs. */
export interface WorkerEntry {
  file: string;
  execArgv: string[];
}

/**
 * Run from sources (development) it lies beside us, and the thread needs the same loader for TypeScript; built, we are part of
 * the edge's file.
 */
export function workerEntry(): WorkerEntry {
  if (extname(__filename) === '.js')
    return { file: join(__dirname, 'media', 'worker', 'main.js'), execArgv: [] };
  return {
    file: join(__dirname, 'worker', 'main.ts'),
    execArgv: ['--require', require.resolve('tsx/cjs')],
  };
}
