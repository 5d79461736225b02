import type { Worker } from 'node:worker_threads';

/**
 * A media worker falls by an error of its own: no request is null. Not by `terminate()`, because Node 20
 * aborts the whole process when a thread is terminated while it is just calling the file system.
 */
export function fell(worker: Worker): Promise<void> {
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.postMessage(null);
  return gone;
}
