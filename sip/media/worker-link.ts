/**
 * The main thread's end of one media worker: starts the thread, pairs requests with replies, tells
 * when it fell. What is said in one turn of the event loop is one message, both ways: each wakes a thread.
 * Knows nothing of what is asked.
 */
import { Worker } from 'node:worker_threads';
import { MediaFailure } from './failure';
import { workerEntry } from './worker-entry';
import type {
  RequestMessage,
  RequestName,
  WorkerErrorCode,
  WorkerMessage,
  WorkerRequests,
  WorkerSetup,
} from './messages';
import { Pace, REPORT_EVERY_MS } from './pace';

/** What a worker says of its own accord. */
export type WorkerEvent = Extract<
  WorkerMessage,
  { kind: 'play-ended' | 'recorded' | 'disk-trouble' | 'quality' | 'key' }
>;

/** A request that the worker refused because of the port; the caller tries the next one. */
export class PortTaken extends Error {}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export interface WorkerLinkOptions {
  setup: WorkerSetup;
  onEvent: (event: WorkerEvent) => void;
  /** The thread is gone without having been asked to; every open request was rejected. */
  onLost: (reason: string) => void;
}

export class WorkerLink {
  private readonly waiting = new Map<number, Waiting>();
  private unsent: RequestMessage[] = [];
  private lastId = 0;
  private ending = false;
  private fault = 'exited';
  private readonly pace = new Pace(performance.now());
  private readonly watch = setInterval(() => this.look(), REPORT_EVERY_MS);

  private constructor(
    private readonly worker: Worker,
    private readonly options: WorkerLinkOptions,
  ) {
    worker.on('message', (messages: WorkerMessage[]) => {
      for (const message of messages) this.receive(message);
    });
    worker.on('error', (error) => (this.fault = error.message));
    worker.on('exit', () => this.lost());
    this.watch.unref();
  }

  /** Resolves when prompts are loaded and requests can be made. */
  static start(options: WorkerLinkOptions): Promise<WorkerLink> {
    const worker = startThread(options.setup);
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', () => {
        worker.removeListener('error', reject);
        resolve(new WorkerLink(worker, options));
      });
    });
  }

  /** True while the thread cannot keep up with what it carries. */
  get isBehind(): boolean {
    return this.pace.isBehind(performance.now());
  }

  /** How long the thread has said nothing, in milliseconds; under 2000 while all is well. */
  get silentMs(): number {
    return this.pace.silentMs;
  }

  /** Rejects with `MediaFailure` or `PortTaken`. */
  request<N extends RequestName>(
    name: N,
    params: WorkerRequests[N]['params'],
  ): Promise<WorkerRequests[N]['result']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      if (this.ending) {
        reject(new MediaFailure('failed', 'the media worker has ended'));
        return;
      }
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      if (this.unsent.length === 0) setImmediate(() => this.send());
      this.unsent.push({ id, name, params });
    });
  }

  /** Finishes what the worker holds and ends the thread. */
  async close(): Promise<void> {
    await this.request('shutdown', null);
    this.ending = true;
    await this.worker.terminate();
  }

  private send(): void {
    this.worker.postMessage(this.unsent);
    this.unsent = [];
  }

  private receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        break;
      case 'pace':
        this.pace.report(message.lateMs, performance.now());
        break;
      case 'reply':
        this.settle(message.id)?.resolve(message.result);
        break;
      case 'error':
        this.settle(message.id)?.reject(failureOf(message.code, message.message));
        break;
      default:
        this.options.onEvent(message);
    }
  }

  private settle(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  /** A thread in an endless turn hears nothing more: it is ended, and that is a fall like any other. */
  private look(): void {
    if (this.ending || !this.pace.look()) return;
    clearInterval(this.watch);
    this.fault = `hung: said nothing for ${this.silentMs / 1000} s`;
    void this.worker.terminate();
  }

  private lost(): void {
    clearInterval(this.watch);
    const asked = this.ending;
    this.ending = true;
    for (const { reject } of this.waiting.values()) {
      reject(new MediaFailure('failed', `the media worker fell: ${this.fault}`));
    }
    this.waiting.clear();
    if (!asked) this.options.onLost(this.fault);
  }
}

function failureOf(code: WorkerErrorCode, message: string): Error {
  return code === 'port-taken' ? new PortTaken(message) : new MediaFailure(code, message);
}

function startThread(workerData: WorkerSetup): Worker {
  const { file, execArgv } = workerEntry();
  return new Worker(file, { workerData, execArgv });
}
