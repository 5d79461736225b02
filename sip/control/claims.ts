/**
 * The claims of all cells, kept on the edge's disk: epochs go on growing whatever is restarted, and a holder that
 * outlived the edge holds on. Who may have a claim is decided in claim.ts.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { stepClaim, type Claimant, type ClaimInput, type ClaimState } from './claim';
import { ControlFailure } from './failure';
import type { ClaimDirectory, ClaimListener } from './ports';
import { hasEnded } from './process-mark';
import type { Params, Result } from './protocol';

/** What the disk has of a cell. */
interface Kept {
  epoch: number;
  holder: Claimant;
}

/** Tag of a drachtio connection, behind the app's name. */
const TAG = 'epoch:';

export class Claims implements ClaimDirectory {
  private readonly states = new Map<string, ClaimState>();
  private readonly kept: Record<string, Kept>;
  private readonly listeners: ClaimListener[] = [];
  private writing: Promise<void> = Promise.resolve();
  /** By cell, what is on its way to the disk. */
  private readonly giving = new Map<string, Promise<void>>();
  /** Nobody has asked since this edge began. */
  private readonly unasked: Set<string>;

  /** `path`: made when it is missing. What stands there and cannot be read is said, and asked of apps (`above`). */
  constructor(
    private readonly path: string,
    private readonly log: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.kept = read(path, log);
    this.unasked = new Set(Object.keys(this.kept));
    for (const [cell, { epoch, holder }] of Object.entries(this.kept)) {
      this.states.set(cell, { name: 'left', epoch, holder, since: now() });
    }
  }

  listen(listener: ClaimListener): void {
    this.listeners.push(listener);
  }

  /** 0 in a cell that nobody ever claimed: apps of that name are not arbitrated. */
  epochOf(cell: string): number {
    return this.states.get(cell)?.epoch ?? 0;
  }

  /** The app that holds the claim now, with its connection or a moment without it. */
  isHolder(cell: string, life: string): boolean {
    const state = this.states.get(cell);
    return state?.name === 'held' && state.holder.life === life;
  }

  mayConnect(tags: readonly string[]): boolean {
    const [cell = '', ...others] = tags;
    const state = this.states.get(cell);
    if (state === undefined || state.epoch === 0) return true;
    const isActive = state.name === 'held' || state.name === 'left';
    return isActive && others.includes(`${TAG}${state.epoch}`);
  }

  /** Rejects with `failed` when the disk refused. */
  async ask(
    cell: string,
    { life, process, had, above }: Params<'claim'>,
  ): Promise<Result<'claim'>> {
    const state = this.firstAsked(cell);
    const former = state.name === 'free' ? null : state.holder;
    // Its connection may end a moment after itself: while that stands, it is not looked for.
    if (state.name === 'left' && former?.life !== life && hasEnded(former?.process ?? null)) {
      this.step(cell, { type: 'ended', life: former?.life ?? '' });
    }
    const by = { life, process: process ?? null };
    const asked = { type: 'asked', by, had: had ?? null, above: above ?? 0 } as const;
    const { answer, write, cut } = this.step(cell, asked);
    if (cut !== undefined) this.tell((listener) => listener.cut?.(cell, cut));
    if (write === true) this.giving.set(cell, this.give(cell));
    if (answer === undefined) await this.giving.get(cell);
    const { epoch } = this.stateOf(cell);
    const granted = answer === undefined ? this.isHolder(cell, life) : answer === 'given';
    return { granted, epoch };
  }

  /** The connection of that life broke. */
  gone(cell: string, life: string): void {
    if (this.states.has(cell)) this.step(cell, { type: 'gone', life });
  }

  /** That life gives its claim back; without one nothing happens. */
  release(cell: string, life: string): void {
    if (this.states.has(cell)) this.step(cell, { type: 'ended', life });
  }

  /** Resolves when all is on disk. */
  flushed(): Promise<void> {
    return this.writing;
  }

  private async give(cell: string): Promise<void> {
    const state = this.stateOf(cell);
    if (state.name !== 'giving') return;
    const { epoch, holder } = state;
    try {
      await this.write(cell, { epoch, holder });
    } catch (err) {
      this.log.error({ err, cell, epoch }, 'the claim is not on disk, and not given');
      this.step(cell, { type: 'unwritten', epoch });
      throw new ControlFailure('failed', 'the claim could not be written down');
    }
    this.step(cell, { type: 'written', epoch });
    this.log.info({ cell, epoch, process: holder.process }, 'a claim was given');
    this.tell((listener) => listener.given?.(cell, epoch));
  }

  /** Whole files, one after the other. */
  private write(cell: string, kept: Kept): Promise<void> {
    this.kept[cell] = kept;
    const text = JSON.stringify(this.kept);
    const written = this.writing.then(() => writeWhole(this.path, text));
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** However long this edge took to listen: its holder could not come back before. */
  private firstAsked(cell: string): ClaimState {
    const state = this.stateOf(cell);
    if (!this.unasked.delete(cell) || state.name !== 'left') return state;
    const left = { ...state, since: this.now() };
    this.states.set(cell, left);
    return left;
  }

  private step(cell: string, input: ClaimInput) {
    const step = stepClaim(this.stateOf(cell), input, this.now());
    this.states.set(cell, step.next);
    return step;
  }

  private stateOf(cell: string): ClaimState {
    return this.states.get(cell) ?? { name: 'free', epoch: 0 };
  }

  private tell(what: (listener: ClaimListener) => void): void {
    for (const listener of this.listeners) what(listener);
  }
}

function read(path: string, log: Logger): Record<string, Kept> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Kept>;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') {
      log.error({ err }, 'the claims cannot be read; apps say which epochs there were');
    }
    return {};
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
