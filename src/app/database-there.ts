/**
 * The database, when it is there: brought to the newest migration, and its lease taken, once, before anything is
 * written into it. An app may start and run without it; then all of this happens when it is back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ControlClient } from '../../sip/index';
import type { Config } from '../config';
import type { Database } from '../store/database';
import { LeaseOver, takeOverLease, type Lease } from '../store/lease';
import { rehearseLookup } from '../store/lookup';
import { migrate } from '../store/migrating';
import { claimAbove } from './claim';

/** One that does not answer within this is away: whoever calls is not to wait for it. */
const ANSWERS_WITHIN_MS = 2000;

export class DatabaseThere {
  private done: Promise<void> | null = null;
  private prepared = false;

  constructor(
    private readonly db: Database,
    private readonly lease: Lease,
    /** By which callers are looked up. */
    private readonly lookups: Database,
  ) {}

  async answers(): Promise<boolean> {
    const asked = this.db.raw('select 1').then(
      () => true,
      // It answers to another app.
      (error: unknown) => error instanceof LeaseOver,
    );
    return Promise.race([asked, delay(ANSWERS_WITHIN_MS, false, { ref: false })]);
  }

  /** It has been there, and may be asked. */
  get isReady(): boolean {
    return this.prepared;
  }

  /** Resolves when it may be written into. Rejects while it is away, and with `LeaseOver`; then it is asked anew. */
  ready(): Promise<void> {
    this.done ??= this.prepare().catch((error: unknown) => {
      this.done = null;
      throw error;
    });
    return this.done;
  }

  /** The database may know of a later epoch than the edge, whose disk is new: then ours must be greater still. */
  async lead(control: ControlClient, config: Config): Promise<void> {
    try {
      await this.ready();
    } catch (error) {
      if (!(error instanceof LeaseOver)) throw error;
      this.lease.epoch = await claimAbove(control, error.seen, config);
      await this.ready();
    }
  }

  private async prepare(): Promise<void> {
    await migrate(this.db);
    await takeOverLease(this.db, this.lease);
    await rehearseLookup(this.lookups);
    this.prepared = true;
  }
}
