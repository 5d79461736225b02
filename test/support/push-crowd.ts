import WebSocket from 'ws';
import type { Notice } from '../../src/domain/notices';
import type { PushFrame, PushType } from '../../src/push/events';
import { agent, offer, parked, promise, queue } from './two-stores';

/**
 * A crowd of push clients and its judge. What each of them must be told is worked out from what was published and
 * from the lists below, which were written by hand; the rules of src/push and src/domain/rights.ts are not asked.
 */
const OF_BOTH = ['song', 'guo', 'zhao'];
const LEAD_BJ = ['chen', 'qian', ...OF_BOTH];
const ALL_BJ = ['wang', 'li', 'fu', 'tang', ...LEAD_BJ];
/** Tang is a telemarketer in the first store and supervises the second. */
const LEAD_SH = ['zhou', 'tang', ...OF_BOTH];
const ALL_SH = ['sun', ...LEAD_SH];

/** Clients of the crowd are of these; who does not read is `li`, and gets what fills his connection. */
export const READERS = ['wang', 'chen', 'qian', 'zhao', 'sun', 'zhou', 'fu', 'song', 'tang', 'guo'];
export const IDLER = 'li';

interface Said {
  notice: Notice;
  type: PushType;
  data: unknown;
  to: readonly string[];
}

const said = (notice: Notice, data: unknown, to: readonly string[]): Said => ({
  ...{ notice, type: notice.kind, data, to },
});

const recorded = (n: number, storeId: string, to: string[]): Said => {
  const shown = { recordingId: `rec-${n}`, callId: `call-${n}` };
  return said({ kind: 'recording.stored', agentId: 'wang', storeId, ...shown }, shown, to);
};
const freed = (n: number, storeId: string, to: string[]): Said => {
  const slot = parked('701', storeId, { callId: `call-${n}` });
  const shown = { slot: '701', callId: `call-${n}`, reason: 'ended' };
  return said({ kind: 'call.unparked', parked: slot, reason: 'ended' }, shown, to);
};
const counted = (n: number, id: string, storeId: string, to: string[]): Said => {
  const view = { ...queue(id, storeId), waiting: n };
  return said({ kind: 'queue.updated', queue: view }, view, to);
};
const changed = (n: number, id: string, storeId: string, to: string[]): Said => {
  const view = agent(id, storeId, { since: n });
  return said({ kind: 'agent.updated', agent: view }, view, to);
};
const owed = (n: number, storeId: string, queueId: string, to: string[]): Said => {
  const view = { ...promise(`promise-${n}`, storeId), queueId };
  return said({ kind: 'promise.updated', promise: view }, view, to);
};
const offered = (n: number, to: string, more = ''): Said => {
  const view = { ...offer(`offer-${n}`, to), name: `${n}${more}` };
  return said({ kind: 'offer.created', offer: view }, view, [to]);
};

/** What may happen, each a notice that carries its number. */
export const HAPPENINGS: readonly ((n: number) => Said)[] = [
  (n) => counted(n, 'sales', 'bj01', ['wang', ...LEAD_BJ]),
  (n) => counted(n, 'sh-sales', 'sh01', ALL_SH),
  (n) => changed(n, 'wang', 'bj01', ['wang', ...LEAD_BJ]),
  (n) => changed(n, 'sun', 'sh01', ALL_SH),
  (n) => recorded(n, 'bj01', ['chen', 'qian', 'zhao', 'guo']),
  (n) => recorded(n, 'sh01', ['zhou', 'tang', 'guo', 'zhao']),
  (n) => freed(n, 'bj01', ALL_BJ),
  (n) => freed(n, 'sh01', ALL_SH),
  (n) => owed(n, 'bj01', 'sales', ['wang', ...LEAD_BJ]),
  (n) => owed(n, 'sh01', 'sh-sales', ALL_SH),
  (n) => offered(n, 'wang'),
  (n) => offered(n, 'sun'),
];

/** The kernel takes some megabytes for whoever does not read, before anything waits in the process. */
const LARGE = 'x'.repeat(300_000);
export const somethingLarge = (n: number): Said => offered(n, IDLER, LARGE);

/** All that was published, by who must be told. */
export class Published {
  readonly #owed = new Map<string, { seq: number; text: string }[]>();
  /** Counts of a queue: what a snapshot of that number has to show. */
  readonly #counts = new Map<string, { seq: number; waiting: number }[]>();
  #count = 0;

  constructor(private readonly startSeq: number) {}

  get count(): number {
    return this.#count;
  }

  /** Notes it under the next number, which it returns. */
  note({ notice, type, data, to }: Said, at: number): number {
    const seq = this.startSeq + (this.#count += 1);
    const text = JSON.stringify([seq, type, at, data]);
    for (const id of to) this.owedTo(id).push({ seq, text });
    if (notice.kind === 'queue.updated') {
      const { id, waiting } = notice.queue;
      this.#counts.set(id, [...(this.#counts.get(id) ?? []), { seq, waiting }]);
    }
    return seq;
  }

  owedTo(personId: string): { seq: number; text: string }[] {
    const list = this.#owed.get(personId) ?? [];
    this.#owed.set(personId, list);
    return list;
  }

  waitingAt(seq: number, queueId: string): number {
    const known = (this.#counts.get(queueId) ?? []).filter((one) => one.seq <= seq);
    return known.at(-1)?.waiting ?? 0;
  }
}

/** One of the crowd: holds each frame against what is owed to him as it comes. */
export class CrowdClient {
  /** What was wrong, in words; a good client has none. */
  readonly faults: string[] = [];
  resumes = 0;
  snapshots = 0;
  closedWith: { code: number; reason: string } | null = null;
  #socket: WebSocket | null = null;
  #since: number | undefined;
  #next = 0;
  #mayGetSnapshot = true;

  constructor(
    readonly personId: string,
    private readonly published: Published,
    private readonly address: string,
    private readonly token: string,
  ) {}

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  get hasAll(): boolean {
    return this.#since !== undefined && this.#next === this.#owed.length;
  }

  /** Connects, and goes on where it was; `mayGetSnapshot`: it has missed more than is sent again. */
  connect({ mayGetSnapshot = this.#since === undefined } = {}): void {
    if (this.#since !== undefined) this.resumes += 1;
    this.#mayGetSnapshot = mayGetSnapshot;
    this.closedWith = null;
    const query = this.#since === undefined ? '' : `?since=${this.#since}`;
    const headers = { authorization: `Bearer ${this.token}` };
    const socket = new WebSocket(`ws://${this.address}/api/push${query}`, { headers });
    this.#socket = socket;
    // Frames that arrive after it was cut are not seen by anybody.
    const isMine = () => this.#socket === socket;
    socket.on('message', (bytes) => isMine() && this.#heard(String(bytes)));
    socket.on('error', (error) => isMine() && this.faults.push(error.message));
    socket.on('close', (code, reason) => {
      if (isMine()) this.closedWith = { code, reason: String(reason) };
    });
  }

  /** Is gone, with a good-bye or without. */
  leave(how: 'close' | 'terminate'): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.[how]();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  get #owed(): { seq: number; text: string }[] {
    return this.published.owedTo(this.personId);
  }

  #heard(bytes: string): void {
    const frame = JSON.parse(bytes) as PushFrame;
    if (frame.type === 'snapshot') this.#replaced(frame);
    else this.#told(frame);
    this.#since = frame.seq;
    this.#mayGetSnapshot = false;
  }

  #replaced({ seq, data }: PushFrame<'snapshot'>): void {
    this.snapshots += 1;
    if (!this.#mayGetSnapshot) this.faults.push(`an unexpected snapshot ${seq}`);
    if (this.#since !== undefined && seq < this.#since)
      this.faults.push(`${seq} after a later one`);
    while ((this.#owed[this.#next]?.seq ?? Infinity) <= seq) this.#next += 1;
    for (const { id, waiting } of data.queues) {
      const expected = this.published.waitingAt(seq, id);
      if (waiting !== expected) this.faults.push(`${seq}: ${waiting} not ${expected} in ${id}`);
    }
  }

  #told({ seq, type, at, data }: PushFrame): void {
    const expected = this.#owed[this.#next]?.text ?? 'nothing';
    const text = JSON.stringify([seq, type, at, data]);
    this.#next += 1;
    if (text !== expected) {
      this.faults.push(`${text.slice(0, 200)} instead of ${expected.slice(0, 200)}`);
    }
  }
}
