import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/**
 * The far ends of all calls of the media bench, in a process of its own whose CPU is not counted. Each
 * leg sends 50 packets a second of G.711; a packet carries its leg, number and sending time in its
 * payload, so that whoever gets it knows what is missing and how long it took.
 */
export interface AudioMeasured {
  /** Milliseconds that were measured. */
  windowMs: number;
  /** Packets that the legs sent to the server. */
  sent: number;
  /** Packets that should have come: those of the far leg, or frames of the server's own. */
  expected: number;
  received: number;
  /** From leg to leg through the server. */
  transitMs: Quantiles;
  /** From leg to leg without it: what loopback and this process take. */
  directMs: Quantiles;
  /** Of these packets, what was lost: then the run says nothing about the server. */
  directLossRatio: number;
  /** The server's own frames against a steady clock. */
  lateMs: Quantiles;
  /** Share (0-1) of the server's own frames that came more than 40 ms late. */
  lateShare: number;
}

export interface Quantiles {
  p50: number;
  p99: number;
}

/** A new leg, and the port where it hears. */
export interface OpenLeg {
  leg: number;
  port: number;
}

/** One leg: where its packets go, and what it hears, another leg's packets or frames of the server's. */
export interface Talk {
  leg: number;
  port: number;
  hears: number | 'server';
}

export type ToGenerator =
  { type: 'open'; legs: number } | { type: 'talk'; talks: Talk[] } | { type: 'start' | 'stop' };

export type FromGenerator =
  { type: 'opened'; legs: OpenLeg[] } | { type: 'done' } | ({ type: 'measured' } & AudioMeasured);

export class AudioLoad {
  private constructor(private readonly child: ChildProcess) {}

  static start(): AudioLoad {
    const entry = join(__dirname, 'audio-generator.ts');
    return new AudioLoad(fork(entry, { execArgv: ['--import', 'tsx'] }));
  }

  async open(count: number): Promise<OpenLeg[]> {
    const { legs } = await this.ask({ type: 'open', legs: count }, 'opened');
    return legs;
  }

  async talk(talks: Talk[]): Promise<void> {
    await this.ask({ type: 'talk', talks }, 'done');
  }

  /** Counts from now on. */
  async begin(): Promise<void> {
    await this.ask({ type: 'start' }, 'done');
  }

  /** What came since `begin`; packets on their way are waited for. */
  end(): Promise<AudioMeasured> {
    return this.ask({ type: 'stop' }, 'measured');
  }

  close(): void {
    this.child.kill('SIGKILL');
  }

  private ask<T extends FromGenerator['type']>(
    message: ToGenerator,
    type: T,
  ): Promise<Extract<FromGenerator, { type: T }>> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('the generator ended'));
      this.child.once('exit', gone);
      this.child.once('message', (answer: FromGenerator) => {
        this.child.off('exit', gone);
        if (answer.type === type) resolve(answer as Extract<FromGenerator, { type: T }>);
        else reject(new Error(`${answer.type} instead of ${type}`));
      });
      this.child.send(message);
    });
  }
}
