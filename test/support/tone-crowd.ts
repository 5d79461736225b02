import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/**
 * The far ends of many calls at a time, each with a tone of its own, in a process of its own so that
 * whatever the test is busy with delays no packet. What each leg left out on purpose is kept to the packet.
 */
export interface CrowdLeg {
  leg: number;
  /** Where it hears. */
  port: number;
}

/** Where a leg speaks to, as what, and what it is to hear. */
export interface CrowdTalk {
  leg: number;
  port: number;
  hz: number;
  hears: number;
}

export interface CrowdReport {
  /** Frames of 20 ms since it began to speak, those left out among them. */
  frames: number;
  /** Numbers of the frames that were never sent, rising; not the first, nor the last. */
  dropped: number[];
  /** Packets with sound in them, since `listen`. */
  heard: number;
  /** Longest time without one, from `listen` until the report. */
  longestGapMs: number;
  /** Energy of the tone that it is to hear over all energy in the last 200 ms, 0..1. */
  share: number;
}

export interface CrowdReports {
  legs: CrowdReport[];
  /** The most that this process was late itself since `listen`: no fault of what is measured. */
  stallMs: number;
}

export type ToCrowd =
  | { type: 'open'; legs: number; loss: number; seed: number }
  | { type: 'talk'; talks: CrowdTalk[] }
  | { type: 'spoken'; frames: number }
  | { type: 'listen' | 'report' | 'hush' };

export type FromCrowd =
  { type: 'opened'; legs: CrowdLeg[] } | { type: 'done' } | ({ type: 'reports' } & CrowdReports);

export class ToneCrowd {
  legs: CrowdLeg[] = [];
  private tail: Promise<unknown> = Promise.resolve();

  private constructor(private readonly child: ChildProcess) {}

  /** `loss`: share of the frames that are never sent, drawn by `seed`. */
  static async start(legs: number, loss = 0, seed = 1): Promise<ToneCrowd> {
    const entry = join(__dirname, 'tone-crowd-process.ts');
    const crowd = new ToneCrowd(fork(entry, { execArgv: ['--import', 'tsx'] }));
    crowd.legs = (await crowd.ask({ type: 'open', legs, loss, seed }, 'opened')).legs;
    return crowd;
  }

  /** Each speaks from now on. */
  async talk(talks: CrowdTalk[]): Promise<void> {
    await this.ask({ type: 'talk', talks }, 'done');
  }

  /** Resolves when the last that began has spoken so many frames. */
  async spoken(frames: number): Promise<void> {
    await this.ask({ type: 'spoken', frames }, 'done');
  }

  /** Gaps count from now on. */
  async listen(): Promise<void> {
    await this.ask({ type: 'listen' }, 'done');
  }

  report(): Promise<CrowdReports> {
    return this.ask({ type: 'report' }, 'reports');
  }

  /** All say a last frame and fall silent; resolves when what is on its way has arrived. */
  async hush(): Promise<void> {
    await this.ask({ type: 'hush' }, 'done');
  }

  close(): void {
    this.child.kill('SIGKILL');
  }

  /** One question after the other: answers bear no number. */
  private ask<T extends FromCrowd['type']>(
    message: ToCrowd,
    type: T,
  ): Promise<Extract<FromCrowd, { type: T }>> {
    const asked = this.tail.then(() => this.exchange(message, type));
    this.tail = asked.catch(() => undefined);
    return asked;
  }

  private exchange<T extends FromCrowd['type']>(
    message: ToCrowd,
    type: T,
  ): Promise<Extract<FromCrowd, { type: T }>> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error('the crowd ended'));
      this.child.once('exit', gone);
      this.child.once('message', (answer: FromCrowd) => {
        this.child.off('exit', gone);
        if (answer.type === type) resolve(answer as Extract<FromCrowd, { type: T }>);
        else reject(new Error(`${answer.type} instead of ${type}`));
      });
      this.child.send(message);
    });
  }
}
