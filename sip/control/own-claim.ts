/** The claim as its app knows it: what it asks with, and what an answer means. */
import { randomUUID } from 'node:crypto';
import { processMark } from './process-mark';
import type { Params, Result } from './protocol';

export class OwnClaim {
  /** Null before there is one, and when it is over. */
  epoch: number | null = null;
  private readonly life = randomUUID();
  private readonly process = processMark();

  /** `above`: the greatest epoch that was ever seen here. */
  constructor(public above: number) {}

  question(): Params<'claim'> {
    return {
      ...{ life: this.life, above: this.above },
      ...(this.process !== null && { process: this.process }),
      ...(this.epoch !== null && { had: this.epoch }),
    };
  }

  /** `lost`: another app was active since; `refused`: another has it, or the disk of the edge refuses. */
  take({ granted, epoch }: Result<'claim'>): 'held' | 'refused' | 'lost' {
    if (granted) {
      this.epoch = epoch;
      return 'held';
    }
    if (this.epoch === null || this.epoch === epoch) return 'refused';
    this.epoch = null;
    return 'lost';
  }
}
