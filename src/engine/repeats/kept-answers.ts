/**
 * What came of requests that were sent with a key, so that who sends one again is answered and nothing is done twice. That it
 * begins is on disk before anything is done, its answer before it is sent:
 *
 *     (new) --begin, on disk--> running --answer, on disk--> answered (24 h)
 *                               running --nothing was done--> (new)
 *                               running --the app fell, or does not know--> lost (24 h): nobody can say whether it was done
 *
 * Its own files in the data folder and not PostgreSQL: it works while the database is away, and dies with the machine on which
 * things were done. Answers are sealed, since some are secrets and most have names and numbers; of what was asked there is a
 * keyed hash, since it may have a password in it.
 */
import { createHmac } from 'node:crypto';
import { seconds, type Instant, type Millis } from '../../domain/time';
import type { Log } from '../log';
import { seal, unseal } from '../sign-in/sealed';
import { AnswerLog, type Place } from './answer-log';

/** From when it began. */
export const KEPT_MS: Millis = seconds(24 * 3600);
/** Requests with keys that are remembered: of one asker, and of all together. */
const MOST_OF_ONE = 10_000;
const MOST = 100_000;
/** Larger answers are only known to have been given. */
const MOST_ANSWER_BYTES = 262_144;
/** On disk; beyond, no more keys are taken. */
const MOST_BYTES = 268_435_456;

/** Who asks, by which key, for what: method, address, body. */
export interface AskedOnce {
  owner: string;
  key: string;
  what: string;
}

/** As it was sent. */
export interface GivenAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

/** What is known of a key. `answer` null: it was done, and what was answered is not kept. */
export type KnownRepeat =
  | { is: 'new'; id: string }
  | { is: 'running'; since: Instant }
  | { is: 'lost'; since: Instant }
  | { is: 'answered'; since: Instant; answer: GivenAnswer | null }
  | { is: 'other' }
  | { is: 'full' };

interface Entry {
  owner: string;
  hash: string;
  at: Instant;
  state: 'running' | 'lost' | { place: Place };
}

/** A line of the log. A later one of the same id replaces it. */
interface Line {
  id: string;
  at: Instant;
  owner: string;
  hash: string;
  is: 'begun' | 'answered' | 'undone';
  /** Null: too large. */
  sealed?: string | null;
}

export interface KeptAnswersOptions {
  /** Made when it is first needed; `<data>/repeats`. */
  folder: string;
  /** 32 bytes. */
  key: Buffer;
  now: () => Instant;
  log: Log;
}

export class KeptAnswers {
  private readonly lines: AnswerLog;
  /** By id, the longest ago begun first. */
  private readonly entries = new Map<string, Entry>();
  private readonly ofOwner = new Map<string, number>();
  private opening: Promise<void> | null = null;
  private readonly hashKey: Buffer;

  constructor(private readonly options: KeptAnswersOptions) {
    // Not the one that seals.
    this.hashKey = createHmac('sha256', options.key).update('hashes of repeats').digest();
    this.lines = new AnswerLog(options.folder);
  }

  /** Reads what former lives left; whoever asks earlier waits for it. Rejects when that cannot be read. */
  open(): Promise<void> {
    this.opening ??= this.recall().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  /** What is known of it; when nothing is, it is running from here on. Rejects when that cannot be kept: nothing may be done. */
  async begin(asked: AskedOnce): Promise<KnownRepeat> {
    await this.open();
    this.forget();
    const [id, hash] = [this.hashed('id', asked.owner, asked.key), this.hashed('what', asked.what)];
    const known = this.entries.get(id);
    if (known) return this.told(id, known, hash);
    if (this.isFullFor(asked.owner)) return { is: 'full' };
    const entry: Entry = { owner: asked.owner, hash, at: this.options.now(), state: 'running' };
    this.set(id, entry);
    try {
      await this.write(id, entry, 'begun');
    } catch (error) {
      this.drop(id);
      throw error;
    }
    return { is: 'new', id };
  }

  /** It was done, or refused for good, and this is sent. Resolves when it is on disk, or cannot be. */
  async answered(id: string, answer: GivenAnswer | null): Promise<void> {
    const text = answer && JSON.stringify(answer);
    const isKept = text !== null && text.length <= MOST_ANSWER_BYTES;
    const sealed = isKept ? seal(Buffer.from(text), this.options.key, id) : null;
    await this.settle(id, 'answered', sealed);
  }

  /** Nothing was done: it may be tried again with the same key. */
  undone(id: string): Promise<void> {
    return this.settle(id, 'undone');
  }

  /** Nobody can say whether it was done. */
  lost(id: string): void {
    const entry = this.entries.get(id);
    if (entry) this.entries.set(id, { ...entry, state: 'lost' });
  }

  /** Throws away what is too old; files too, which is why somebody has to come by when nobody sends keys. */
  async sweep(): Promise<void> {
    await this.open();
    this.forget();
    await this.lines.forgetBefore(this.options.now() - KEPT_MS);
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.entries.size;
  }

  async close(): Promise<void> {
    await this.opening?.catch(() => undefined);
    await this.lines.close();
  }

  private async told(id: string, { hash, at, state }: Entry, asked: string): Promise<KnownRepeat> {
    if (hash !== asked) return { is: 'other' };
    if (state === 'running' || state === 'lost') return { is: state, since: at };
    const { sealed } = JSON.parse(await this.lines.at(state.place)) as Line;
    const text = sealed ? unseal(sealed, this.options.key, id) : null;
    const answer = text && (JSON.parse(text.toString()) as GivenAnswer);
    return { is: 'answered', since: at, answer };
  }

  /** When it cannot be written the answer is sent all the same, and who asks again is told that nobody knows. */
  private async settle(
    id: string,
    is: 'answered' | 'undone',
    sealed?: string | null,
  ): Promise<void> {
    const entry = this.entries.get(id);
    if (!entry) return;
    try {
      const place = await this.write(id, entry, is, sealed);
      if (is === 'undone') this.drop(id);
      else this.entries.set(id, { ...entry, state: { place } });
    } catch (err) {
      this.lost(id);
      this.options.log.error({ err }, 'what came of a request with a key cannot be kept');
    }
  }

  private write(
    id: string,
    { owner, hash, at }: Entry,
    is: Line['is'],
    sealed?: string | null,
  ): Promise<Place> {
    const line: Line = { id, at, owner, hash, is, ...(sealed !== undefined && { sealed }) };
    return this.lines.append(JSON.stringify(line), at);
  }

  private async recall(): Promise<void> {
    this.entries.clear();
    this.ofOwner.clear();
    await this.lines.read(
      (text) => lineIn(text)?.at ?? null,
      (text, place) => {
        const line = lineIn(text);
        if (line === null) return;
        const { id, owner, hash, at, is } = line;
        if (is === 'undone') return this.drop(id);
        // Begun and not answered: the app fell in between.
        const state = is === 'begun' ? 'lost' : { place };
        if (this.entries.has(id)) this.drop(id);
        this.set(id, { owner, hash, at, state });
      },
    );
    this.forget();
    await this.lines.forgetBefore(this.options.now() - KEPT_MS);
  }

  private isFullFor(owner: string): boolean {
    const ofOne = this.ofOwner.get(owner) ?? 0;
    return ofOne >= MOST_OF_ONE || this.entries.size >= MOST || this.lines.bytes >= MOST_BYTES;
  }

  private forget(): void {
    const before = this.options.now() - KEPT_MS;
    for (const [id, { at }] of this.entries) {
      if (at >= before) return;
      this.drop(id);
    }
  }

  private set(id: string, entry: Entry): void {
    this.entries.set(id, entry);
    this.ofOwner.set(entry.owner, (this.ofOwner.get(entry.owner) ?? 0) + 1);
  }

  private drop(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    const left = (this.ofOwner.get(entry.owner) ?? 1) - 1;
    if (left > 0) this.ofOwner.set(entry.owner, left);
    else this.ofOwner.delete(entry.owner);
  }

  private hashed(...parts: string[]): string {
    const hash = createHmac('sha256', this.hashKey).update(JSON.stringify(parts));
    return hash.digest('base64url');
  }
}

/** Null: it is half a line, which was never answered for. */
function lineIn(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}
