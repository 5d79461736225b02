/**
 * Entry of a media worker thread: hands the main thread's requests to the exchange and its events
 * back. An error that nobody expected ends the thread; the main thread reports the calls it took along.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { MediaFailure } from '../failure';
import type { RequestMessage, WorkerErrorCode, WorkerMessage, WorkerSetup } from '../messages';
import { REPORT_EVERY_MS } from '../pace';
import { Exchange } from './exchange';

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');

/** Told in this turn of the event loop; leaves as one message. */
let untold: WorkerMessage[] = [];

function tell(message: WorkerMessage): void {
  if (untold.length === 0) setImmediate(sendOut);
  untold.push(message);
}

function sendOut(): void {
  port?.postMessage(untold);
  untold = [];
}

const exchange = new Exchange(workerData as WorkerSetup, {
  playEnded: (endpoint, play, reason) => tell({ kind: 'play-ended', endpoint, play, reason }),
  recorded: (recording, file) => tell({ kind: 'recorded', recording, file }),
  key: (endpoint, key, durationMs) => tell({ kind: 'key', endpoint, key, durationMs }),
  diskTrouble: (recording, trouble) => tell({ kind: 'disk-trouble', recording, trouble }),
  quality: (endpoint, quality, final) => tell({ kind: 'quality', endpoint, quality, final }),
});

port.on('message', (requests: RequestMessage[]) => {
  for (const request of requests) void carryOut(request);
});
tell({ kind: 'ready' });
setInterval(() => tell({ kind: 'pace', lateMs: exchange.takeLateness() }), REPORT_EVERY_MS);

async function carryOut({ id, name, params }: RequestMessage): Promise<void> {
  try {
    const handler = exchange.handlers[name] as (params: unknown) => unknown;
    tell({ kind: 'reply', id, result: await handler(params) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: 'error', id, code: codeOf(error), message });
  }
}

function codeOf(error: unknown): WorkerErrorCode {
  if (error instanceof MediaFailure) return error.code;
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'port-taken' : 'failed';
}
