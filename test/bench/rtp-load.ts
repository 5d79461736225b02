import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * The audio of all callers and of all agents, in a thread of its own so that sending it does not
 * disturb the signalling whose latency is measured.
 */
export interface RtpCounts {
  /** Packets the callers sent. */
  sent: number;
  /** Packets the agents returned. */
  echoed: number;
  /** Packets that came back to the callers: through the product, to the agent, and back. */
  returned: number;
}

export type ToRtpWorker =
  | { type: 'add'; stream: number; host: string; port: number }
  | { type: 'remove'; stream: number }
  | { type: 'count' }
  | { type: 'hear' };

export type FromRtpWorker =
  | { type: 'ready'; callerPort: number; agentPort: number }
  | ({ type: 'counts' } & RtpCounts)
  | { type: 'heard'; packets: number[] };

export class RtpLoad {
  private constructor(
    private readonly worker: Worker,
    /** Where every caller's offer wants its audio. */
    readonly callerPort: number,
    /** Where every agent's answer wants its audio; whatever comes there goes back. */
    readonly agentPort: number,
  ) {}

  static async start(host: string): Promise<RtpLoad> {
    const worker = new Worker(join(__dirname, 'rtp-worker.ts'), {
      workerData: { host },
      execArgv: ['--require', 'tsx/cjs'],
    });
    const ready = await next(worker, 'ready');
    return new RtpLoad(worker, ready.callerPort, ready.agentPort);
  }

  /** Speaks 50 packets a second of A-law to the address until `remove`. */
  add(stream: number, { host, port }: { host: string; port: number }): void {
    this.tell({ type: 'add', stream, host, port });
  }

  remove(stream: number): void {
    this.tell({ type: 'remove', stream });
  }

  async counts(): Promise<RtpCounts> {
    const answer = next(this.worker, 'counts');
    this.tell({ type: 'count' });
    const { sent, echoed, returned } = await answer;
    return { sent, echoed, returned };
  }

  /** Packets that came from each address that sent any to the callers, since this was asked before. */
  async heard(): Promise<number[]> {
    const answer = next(this.worker, 'heard');
    this.tell({ type: 'hear' });
    return (await answer).packets;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private tell(message: ToRtpWorker): void {
    this.worker.postMessage(message);
  }
}

function next<T extends FromRtpWorker['type']>(
  worker: Worker,
  type: T,
): Promise<Extract<FromRtpWorker, { type: T }>> {
  return new Promise((resolve, reject) => {
    const take = (message: FromRtpWorker): void => {
      if (message.type !== type) return;
      worker.off('message', take);
      worker.off('error', reject);
      resolve(message as Extract<FromRtpWorker, { type: T }>);
    };
    worker.on('message', take);
    worker.once('error', reject);
  });
}
