/**
 * Decides when somebody who tries passwords must wait: per account and per address. State of its own,
 * the time comes in. It does not know whether an account exists, so its answers tell nobody that.
 *
 *     free --failures reach the limit--> blocked (60 s, doubled each time, at most 15 min)
 *     blocked --time over--> free, one failure from the next block
 *     any --success--> the account starts afresh; the address does not, or an attacker with an
 *                      account of his own could clear it
 *
 * For the account an attempt counts as failed when it begins: a thousand guesses sent at once would
 * otherwise all pass before the first is known to be wrong. For the address it counts when it has
 * failed: a whole shift may sign in at once from behind one NAT.
 *
 * All together, no more are made at a time than are soon done: who comes then is told to come again, and nothing
 * counts against him.
 */
import { isIPv6 } from 'node:net';
import type { FastifyReply } from 'fastify';
import { CodedError } from '../domain/errors';
import type { Instant, Millis } from '../domain/time';

/** Failures until the first block; more for an address, where many mistype. */
const ACCOUNT_FAILURES = 5;
const ADDRESS_FAILURES = 30;
const FIRST_BLOCK_MS: Millis = 60_000;
const LONGEST_BLOCK_MS: Millis = 900_000;
/** A subject that was quiet for so long starts afresh. */
const FORGET_MS: Millis = 3_600_000;
/** Bounds memory: an attacker can invent accounts, but not faster than his address is blocked. */
const MAX_SUBJECTS = 20_000;
/** Attempts at a time, looked at or waiting for that: some two seconds of hashing. */
const MOST_AT_ONCE = 100;
/** When so many are done. */
const CROWDED_SECONDS = 2;

interface Subject {
  failures: number;
  limit: number;
  blocks: number;
  blockedUntil: Instant;
  lastAt: Instant;
}

/** Whose attempt it is. */
export interface Attempt {
  account: string;
  address: string;
}

export class Guessing {
  readonly #subjects = new Map<string, Subject>();
  #atOnce = 0;

  /** One more is made, unless there are too many: then false. Whoever began ends it by `over`. */
  enter(): boolean {
    if (this.#atOnce >= MOST_AT_ONCE) return false;
    this.#atOnce += 1;
    return true;
  }

  over(): void {
    this.#atOnce -= 1;
  }

  /** Asks leave for an attempt: 0, or the milliseconds to wait when it must not be made. */
  begin(attempt: Attempt, now: Instant): Millis {
    const account = this.#subject(accountKey(attempt), ACCOUNT_FAILURES, now);
    const address = this.#subject(addressKey(attempt), ADDRESS_FAILURES, now);
    const waitMs = Math.max(account.blockedUntil, address.blockedUntil) - now;
    if (waitMs > 0) return waitMs;
    fail(account, now);
    return 0;
  }

  /** The attempt was wrong. */
  failed(attempt: Attempt, now: Instant): void {
    fail(this.#subject(addressKey(attempt), ADDRESS_FAILURES, now), now);
  }

  /** The attempt was right. */
  succeeded(attempt: Attempt): void {
    this.#subjects.delete(accountKey(attempt));
  }

  #subject(key: string, limit: number, now: Instant): Subject {
    const known = this.#subjects.get(key);
    this.#subjects.delete(key);
    const fresh = { failures: 0, limit, blocks: 0, blockedUntil: 0, lastAt: now };
    const subject = known && now - known.lastAt < FORGET_MS ? known : fresh;
    // Set again so that the map stays in the order of use and the first is the longest unused.
    this.#subjects.set(key, subject);
    if (this.#subjects.size > MAX_SUBJECTS) this.#forgetOldest();
    return subject;
  }

  #forgetOldest(): void {
    const [oldest] = this.#subjects.keys();
    if (oldest !== undefined) this.#subjects.delete(oldest);
  }
}

/** What an attempt needs of its request. */
interface Made {
  now: () => Instant;
  reply: FastifyReply;
}

/**
 * Makes an attempt that may be made, and counts what came of it: null when it was wrong. Throws
 * `TOO_MANY_ATTEMPTS`, or `TOO_MANY_REQUESTS` where all together make too many, and says in the answer how long to wait.
 */
export async function guarded<T>(
  guessing: Guessing,
  attempt: Attempt,
  { now, reply }: Made,
  made: () => Promise<T | null>,
): Promise<T | null> {
  if (!guessing.enter()) {
    reply.header('retry-after', CROWDED_SECONDS);
    throw new CodedError('TOO_MANY_REQUESTS', { kind: 'sign-ins' });
  }
  try {
    return await counted(guessing, attempt, { now, reply }, made);
  } finally {
    guessing.over();
  }
}

async function counted<T>(
  guessing: Guessing,
  attempt: Attempt,
  { now, reply }: Made,
  made: () => Promise<T | null>,
): Promise<T | null> {
  const waitMs = guessing.begin(attempt, now());
  if (waitMs > 0) {
    reply.header('retry-after', Math.ceil(waitMs / 1000));
    throw new CodedError('TOO_MANY_ATTEMPTS');
  }
  const found = await made();
  if (found === null) guessing.failed(attempt, now());
  else guessing.succeeded(attempt);
  return found;
}

function fail(subject: Subject, now: Instant): void {
  subject.lastAt = now;
  subject.failures += 1;
  if (subject.failures < subject.limit) return;
  subject.blockedUntil = now + Math.min(FIRST_BLOCK_MS * 2 ** subject.blocks, LONGEST_BLOCK_MS);
  subject.blocks += 1;
  subject.failures = subject.limit - 1;
}

function accountKey({ account }: Attempt): string {
  return `account ${account}`;
}

function addressKey({ address }: Attempt): string {
  return `address ${networkOf(address)}`;
}

/** The address; of IPv6 the /64, since one subscriber holds all of it (RFC 6177). */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = address.includes('::') ? [...left, ...zeros, ...right] : left;
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group || '0', 16).toString(16))
    .join(':');
}
