/**
 * The edge is killed (SIGKILL) while thirty talk and thirty wait for them: who calls is answered again within 2 s, each
 * far end is told, the calls are broken in the ledger, whoever had nobody to talk to is called back, and of each talk
 * the file has all but its last two seconds.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../sip/media/recording-manifest';
import { FullHouse, type Guest, type Seat } from '../support/full-house';
import { mostOf } from '../support/office';
import { readWav } from '../support/tone';
import { waitFor } from '../support/wait';

const MANY = 30;
const BACK_WITHIN_MS = 2000;
/** A phone that calls says it again until it hears something. */
const AGAIN_MS = 50;
/** What is written only with the next window, and what is held back for what comes late. */
const MOST_LOST_MS = 2000;
const EVERY = Array.from({ length: MANY }, (_, n) => String(n).padStart(2, '0'));

/** Bytes of both sides, two for a sample. */
const A_SECOND = 4 * 8000 + 100;

let house: FullHouse;
let talks: { guest: Guest; seat: Seat }[];
let waiters: Guest[];
let next: Guest;
let backAfterMs: number;
let killedAt: number;

beforeAll(async () => {
  house = await FullHouse.open(MANY);
  talks = [];
  for (const n of EVERY) talks.push(await house.talk(`138001000${n}`));
  waiters = [];
  for (const n of EVERY) waiters.push(await house.waits(`138002000${n}`));
  // What is established reaches the file within milliseconds, not before the 200.
  const file = join(house.product.dataDir, 'edge', 'dialogs.jsonl');
  const last = waiters.at(-1) as Guest;
  await waitFor('all to be in the file', () =>
    readFileSync(file, 'utf8').includes(last.sip.callId),
  );
  await waitFor('a second of each talk to be in its file', () => {
    const sizes = filesBegun().map((path) => statSync(path).size);
    return sizes.length === MANY && Math.min(...sizes) > A_SECOND;
  });

  process.kill(house.product.listening.pids.edge, 'SIGKILL');
  killedAt = Date.now();
  const from = performance.now();
  next = await house.calls('13800300000');
  const { sip, invite } = next;
  const again = setInterval(() => sip.again(invite, house.port), AGAIN_MS);
  const answers = ({ status }: { status: number }) => status === 180 || status === 200;
  await sip.got.next('180 or 200', answers, { deadlineMs: 20_000 });
  backAfterMs = performance.now() - from;
  clearInterval(again);
}, 180_000);

afterAll(() => house?.close(), 30_000);

const filesBegun = (): string[] =>
  readdirSync(house.product.recordingsDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.wav.part'))
    .map((name) => join(house.product.recordingsDir, name));

test('who calls is answered again within 2 s', () => {
  expect(backAfterMs).toBeLessThan(BACK_WITHIN_MS);
});

test('every far end is told why', async () => {
  const all = [...talks.flatMap(({ guest, seat }) => [guest, seat]), ...waiters];
  const told = await Promise.all(all.map((one) => house.isHungUp(one)));
  expect(told.filter((reason) => !reason.includes('Edge restarted'))).toEqual([]);
}, 30_000);

test('and who calls has a telemarketer', async () => {
  const rung = await house.rings();
  expect(rung.number).toBe(next.number);
  await house.talks(next, rung);
  await house.hangsUp(next);
  await house.isHungUp(rung.seat);
}, 30_000);

test('the calls are broken, who waited is called back, and who talked is not', async () => {
  await house.nothingIsLeft();
  const desk = await house.desk('chen');
  const ledger: unknown = await (await desk.get('/api/ledger?hotline=400')).json();
  desk.close();
  expect(ledger).toMatchObject({
    ...{ arrived: 2 * MANY + 1, broken: 2 * MANY, talks: 1, inProgress: 0, balanced: true },
  });
  const promises = await house.rows<{ number: string }>(
    `select number from promise where state = 'open' order by number`,
  );
  expect(promises.map(({ number }) => number)).toEqual(waiters.map(({ number }) => `+86${number}`));
}, 60_000);

test('of each talk the file has all but its last 2 s', async () => {
  const files = await waitFor('the files', async () => {
    const found = await house.rows<{ path: string; state: string; started_at: Date }>(
      `select r.path, r.state, r.started_at from recording r join call c on c.id = r.call_id
       where c.outcome = 'broken' and r.state = 'stored'`,
    );
    return found.length === MANY ? found : null;
  });
  for (const { path, started_at } of files) {
    const file = join(house.product.recordingsDir, path);
    const { gaps } = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Manifest;
    expect(gaps.map(({ cause }) => cause)).toContain('edge-killed');
    const { channels, duration } = readWav(readFileSync(file));
    expect(killedAt - started_at.getTime() - 1000 * duration).toBeLessThan(MOST_LOST_MS);
    for (const [i, hz] of [1000, 600].entries())
      expect(mostOf(channels[i]?.subarray(-4000) as Int16Array, hz)).toBeGreaterThan(0.9);
  }
}, 60_000);
