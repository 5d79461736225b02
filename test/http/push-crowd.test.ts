import {
  CrowdClient,
  HAPPENINGS,
  IDLER,
  Published,
  READERS,
  somethingLarge,
} from '../support/push-crowd';
import { NOW, OFFICES, PEOPLE, PLAN } from '../support/two-stores';
import { aSession, startHttp, tokenOf, type TestHttp } from '../support/http';
import { seeded } from '../simulation/random';
import { listeningAt } from '../support/push';
import { waitFor } from '../support/wait';

/**
 * Five hundred pages of two stores at fifty events a second, cut off at random: what each of them may see comes once,
 * in order, and whole. Some do not read at all. `PUSH_SEED=7 PUSH_SECONDS=60 npx jest push-crowd`.
 */
const SEED = Number(process.env['PUSH_SEED'] ?? 20261129);
const SECONDS = Number(process.env['PUSH_SECONDS'] ?? 5);
const CLIENTS = 500;
const IDLERS = 5;
const EVENTS_PER_SECOND = 50;
/** How many are cut off, or stop reading for a while, at each event at most; some 75 a second. */
const CUTS_AT_ONCE = 4;
/** Events that one who is gone misses, at most: two seconds. */
const LONGEST_ABSENCE = 100;
/** What counts as too slow, and the one frame that may stand on top of it. */
const MAX_BUFFERED_BYTES = 1_048_576 + 301_000;
const PATIENCE_MS = 30_000;

const random = seeded(SEED);
const startSeq = NOW * 1000;
const published = new Published(startSeq);
let http: TestHttp;
let idlers: CrowdClient[] = [];
let readers: CrowdClient[] = [];
/** What is to be done after so many events. */
const later = new Map<number, (() => void)[]>();
const away = new Set<CrowdClient>();

const everybody = (): CrowdClient[] => [...idlers, ...readers];

beforeAll(async () => {
  http = startHttp({ startSeq });
  http.live.thePlan = { ...PLAN, people: [...PEOPLE, ...OFFICES] };
  http.sessions.restore([...PEOPLE, ...OFFICES].map(({ id }) => aSession(id)));
  const address = await listeningAt(http);
  const client = (id: string) => new CrowdClient(id, published, address, tokenOf(id));
  idlers = Array.from({ length: IDLERS }, () => client(IDLER));
  readers = Array.from({ length: CLIENTS - IDLERS }, (_, n) =>
    client(READERS[n % READERS.length] ?? ''),
  );
});

afterAll(async () => {
  for (const one of everybody()) one.leave('terminate');
  await http.close();
});

/** One event, told to the judge and published; what the live state shows follows it. */
function happen(isLarge: boolean): void {
  const n = published.count + 1;
  const event = (isLarge ? somethingLarge : (random.pick(HAPPENINGS) ?? somethingLarge))(n);
  const { notice } = event;
  if (notice.kind === 'queue.updated') {
    const others = http.live.theQueues.filter(({ id }) => id !== notice.queue.id);
    http.live.theQueues = [...others, notice.queue];
  }
  published.note(event, NOW + n);
  http.hub.publish(notice, NOW + n);
}

/** Somebody goes and comes back, or does not read for a while and then goes on. */
function disturb(): void {
  const one = random.pick(readers);
  if (!one || away.has(one)) return;
  away.add(one);
  const dawdles = one.isOpen && random.chance(0.2);
  if (dawdles) one.pause();
  else one.leave(random.chance(0.5) ? 'terminate' : 'close');
  const back = published.count + 1 + random.below(LONGEST_ABSENCE);
  const comeBack = (): void => {
    away.delete(one);
    if (dawdles) one.resume();
    else one.connect();
  };
  later.set(back, [...(later.get(back) ?? []), comeBack]);
}

function step(): void {
  happen(published.count % 5 === 0);
  for (const due of later.get(published.count) ?? []) due();
  for (let cuts = random.below(CUTS_AT_ONCE); cuts > 0; cuts -= 1) disturb();
}

/** Fifty a second by the clock, however late a timer is; looks after each what waits in the process. */
function happenFor(events: number, afterEach: () => void): Promise<void> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        const due = Math.floor(((performance.now() - begun) * EVENTS_PER_SECOND) / 1000);
        for (let n = published.count; n < Math.min(due, events); n += 1, afterEach()) step();
        if (published.count < events) return;
        clearInterval(timer);
        resolve();
      } catch (error) {
        clearInterval(timer);
        reject(error as Error);
      }
    }, 1000 / EVENTS_PER_SECOND);
  });
}

test(
  'a crowd that comes and goes is told all that it may see, once and in order; who does not read grows nothing',
  async () => {
    for (const one of idlers) one.connect();
    await waitFor('the idlers', () => idlers.every(({ snapshots }) => snapshots === 1));
    const theirs = [...http.app.websocketServer.clients];
    for (const one of idlers) one.pause();
    for (const one of readers) one.connect();
    const snapshots = () => everybody().every((one) => one.snapshots === 1);
    await waitFor('all snapshots', snapshots, PATIENCE_MS);
    expect(http.desktops.count).toBe(CLIENTS);

    let mostBuffered = 0;
    const look = (): void => {
      for (const { bufferedAmount } of theirs)
        mostBuffered = Math.max(mostBuffered, bufferedAmount);
    };
    await happenFor(SECONDS * EVENTS_PER_SECOND, look);
    for (const due of [...later].filter(([n]) => n > published.count).flatMap(([, all]) => all))
      due();

    // Those who did not read are told so as soon as they do, and have cost no more than the bound.
    expect(theirs.map((socket) => socket.readyState === socket.OPEN)).toEqual(
      theirs.map(() => false),
    );
    expect(mostBuffered).toBeGreaterThan(1_000_000);
    expect(mostBuffered).toBeLessThan(MAX_BUFFERED_BYTES);
    for (const one of idlers) one.resume();
    await waitFor('their ends', () => idlers.every(({ closedWith }) => closedWith !== null));
    for (const { closedWith } of idlers) {
      expect(closedWith).toEqual({ code: 1013, reason: 'TOO_SLOW' });
    }
    for (const one of idlers) one.connect({ mayGetSnapshot: true });
    for (let n = 0; n < 20; n += 1) happen(false);

    const haveAll = () => everybody().every(({ hasAll }) => hasAll);
    await waitFor('everybody to have all', haveAll, PATIENCE_MS).catch(() => undefined);
    const wrong = everybody().filter(
      (one) => one.faults.length > 0 || !one.hasAll || one.closedWith !== null,
    );
    expect(wrong.slice(0, 5).map(({ personId, faults }) => [personId, faults[0]])).toEqual([]);
    const resumes = readers.reduce((sum, one) => sum + one.resumes, 0);
    expect(resumes).toBeGreaterThan(SECONDS * EVENTS_PER_SECOND * 0.5);
    expect(readers.filter((one) => one.snapshots !== 1)).toEqual([]);
    expect(idlers.map((one) => one.snapshots)).toEqual(idlers.map(() => 2));
  },
  60_000 + SECONDS * 4000,
);
