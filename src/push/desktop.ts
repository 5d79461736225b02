/**
 * One push connection: what its client is sent and what it may send. It knows the person and the
 * socket; who the person is was decided before it was made.
 *
 *     opened -> (missed frames | snapshot) -> live -> closed
 *
 * Closed by us with 1008 (session over, or three bad frames), 1009 (a frame too long), 1013 (too slow: come back and resume),
 * 1001 (server going away), or cut without a word when a heartbeat goes unanswered.
 */
import type { RawData, WebSocket } from 'ws';
import { postsOf } from '../domain/organisation';
import type { PlanPerson } from '../domain/plan';
import type { ReadOnly } from '../domain/read-only';
import type { Asker } from '../domain/rights';
import { personIn } from '../domain/sign-in/first-administrator';
import type { Instant } from '../domain/time';
import type { AgentDesk, DesktopPresence, LiveView } from '../engine/ports';
import { readClientFrame } from './events';
import type { PushFrame } from './events';
import type { Entry, Hub } from './hub';
import { textFor } from './hub';
import { snapshotFor } from './snapshot';

/** RFC 6455 §7.4.1, and 1012-1013 of the IANA registry. */
export const CLOSE = { goingAway: 1001, policy: 1008, tooBig: 1009, tryAgainLater: 1013 } as const;

/** Unsent bytes at which a client counts as too slow: some 1,500 frames behind. */
const MAX_BUFFERED_BYTES = 1_048_576;
/** More missed text than this is not resumed but replaced by a snapshot. */
const MAX_RESUMED_BYTES = 524_288;
/** A desktop sends one receipt an offer: far below this between two heartbeats. */
const MAX_FRAMES_PER_BEAT = 200;
const BAD_FRAMES_TO_CLOSE = 3;
/** The longest frame a desktop sends is a receipt. */
const MAX_FRAME_BYTES = 4096;

export interface DesktopParts {
  hub: Hub;
  live: LiveView;
  desk: AgentDesk;
  presence: DesktopPresence;
  /** Whether the session goes on, which a connection uses by being there. */
  stands: (sessionId: string) => boolean;
  readOnly: () => ReadOnly | null;
  now: () => Instant;
}

export interface DesktopOptions {
  socket: WebSocket;
  person: PlanPerson;
  /** What alone a program may see that listens for him. */
  limit?: Asker['limit'];
  /** The session that opened the connection. */
  sessionId: string;
  /** When that ends at the latest. */
  expiresAt: Instant;
  /** The last number the client saw. */
  since?: number;
}

export class Desktop {
  readonly #parts: DesktopParts;
  readonly #socket: WebSocket;
  readonly sessionId: string;
  readonly #expiresAt: Instant;
  readonly #limit: Asker['limit'];
  #person: Asker;
  #stopListening: () => void = () => undefined;
  #heard = true;
  #badFrames = 0;
  #framesThisBeat = 0;

  constructor(
    parts: DesktopParts,
    { socket, person, limit, sessionId, expiresAt, since }: DesktopOptions,
  ) {
    this.#parts = parts;
    this.#socket = socket;
    this.sessionId = sessionId;
    this.#expiresAt = expiresAt;
    this.#limit = limit;
    this.#person = this.#limited(person);
    socket.on('message', (data, isBinary) => this.#received(data, isBinary));
    socket.on('pong', () => (this.#heard = true));
    socket.on('close', () => this.#stopListening());
    this.#catchUp(since);
    // In the same turn as the catching up, so that nothing falls between the two.
    this.#stopListening = parts.hub.listen((entry) => this.#deliver(entry));
  }

  /**
   * One heartbeat: cuts a client that did not answer the last one, ends a session that is over, and
   * follows a plan that gave the person other rights.
   */
  beat(): void {
    if (!this.#heard) return this.#socket.terminate();
    const { live, now, stands } = this.#parts;
    const person = personIn(live.plan(), this.#person.id);
    if (!person || now() >= this.#expiresAt || !stands(this.sessionId)) {
      return this.close(CLOSE.policy, 'NOT_AUTHENTICATED');
    }
    if (seesOtherwise(this.#person, person)) {
      this.#person = this.#limited(person);
      this.#sendSnapshot();
    }
    this.#heard = false;
    this.#framesThisBeat = 0;
    this.#socket.ping();
  }

  /** Says good-bye; nothing is sent after it. */
  close(code: number, reason: string): void {
    this.#stopListening();
    this.#socket.close(code, reason);
  }

  #limited(person: PlanPerson): Asker {
    return this.#limit ? { ...person, limit: this.#limit } : person;
  }

  #catchUp(since: number | undefined): void {
    const missed = since === undefined ? null : this.#textsAfter(since);
    if (missed === null) return this.#sendSnapshot();
    for (const text of missed) this.#socket.send(text);
  }

  /** The person's frames after that number; null when a snapshot serves better. */
  #textsAfter(seq: number): string[] | null {
    const { hub, live } = this.#parts;
    const entries = hub.after(seq);
    if (!entries) return null;
    const texts = entries.flatMap((entry) => textFor(entry, this.#person, live.plan()) ?? []);
    const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return size > MAX_RESUMED_BYTES ? null : texts;
  }

  #sendSnapshot(): void {
    const { hub, live, now } = this.#parts;
    const data = snapshotFor(this.#person, live, this.#parts.readOnly());
    const frame: PushFrame<'snapshot'> = { seq: hub.seq, type: 'snapshot', at: now(), data };
    this.#socket.send(JSON.stringify(frame));
  }

  #deliver(entry: Entry): void {
    const text = textFor(entry, this.#person, this.#parts.live.plan());
    if (text === null) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      return this.close(CLOSE.tryAgainLater, 'TOO_SLOW');
    }
    this.#socket.send(text);
  }

  #received(data: RawData, isBinary: boolean): void {
    this.#framesThisBeat += 1;
    if (this.#framesThisBeat > MAX_FRAMES_PER_BEAT) {
      return this.close(CLOSE.policy, 'TOO_MANY_FRAMES');
    }
    if (sizeOf(data) > MAX_FRAME_BYTES) return this.close(CLOSE.tooBig, 'TOO_BIG');
    const frame = isBinary ? null : readClientFrame(String(data));
    if (frame) return this.#parts.desk.offerReceived(this.#person.id, frame.offerId);
    this.#badFrames += 1;
    if (this.#badFrames >= BAD_FRAMES_TO_CLOSE) this.close(CLOSE.policy, 'BAD_FRAME');
  }
}

/** A socket gives what came as one buffer unless it is told otherwise. */
const sizeOf = (data: RawData): number => (data as Buffer).byteLength;

/** Whether another snapshot is due because the plan changed what the person may see. */
function seesOtherwise(before: PlanPerson, after: PlanPerson): boolean {
  return (
    before.store !== after.store ||
    postsText(before) !== postsText(after) ||
    before.queues.join('\n') !== after.queues.join('\n')
  );
}

const postsText = (person: PlanPerson): string =>
  JSON.stringify(postsOf(person).map(({ post, stores }) => [post, stores]));
