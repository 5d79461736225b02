import { SESSION_MS } from '../../../src/domain/sign-in/session';
import { Sessions } from '../../../src/engine/sign-in/sessions';
import { FakeJournal } from '../../support/centre/journal';

const NINE = Date.UTC(2026, 0, 31, 1);
const IDLE = 7_200_000;
const FROM = { address: '192.0.2.1', client: 'Firefox' };

function start(journal = new FakeJournal()) {
  const clock = { now: NINE };
  const ended: string[] = [];
  let ids = 0;
  const sessions = new Sessions({
    ...{ journal, makeId: () => `s${(ids += 1)}`, now: () => clock.now, idleMs: () => IDLE },
  });
  sessions.onEnded((id) => ended.push(id));
  return { journal, clock, ended, sessions };
}

/** What the next life of the app finds on disk. */
function nextLife({ journal, clock }: ReturnType<typeof start>) {
  const newest = new Map(journal.of('session.saved').map(({ session }) => [session.id, session]));
  const next = start();
  next.clock.now = clock.now;
  next.sessions.restore([...newest.values()]);
  return next;
}

test('a session stands in this life of the app and in the next, and its time is not lengthened by use', async () => {
  const life = start();
  const session = await life.sessions.begin('wang', FROM);
  expect(session).toEqual({
    ...{ id: 's1', personId: 'wang', startedAt: NINE, seenAt: NINE, ...FROM },
    expiresAt: NINE + SESSION_MS,
  });
  for (let at = NINE; at < session.expiresAt; at += IDLE / 2) {
    life.clock.now = at;
    expect(life.sessions.use('s1')).not.toBeNull();
  }
  expect(nextLife(life).sessions.use('s1')?.personId).toBe('wang');
  life.clock.now = session.expiresAt;
  expect(life.sessions.use('s1')).toBeNull();
  expect(nextLife(life).sessions.use('s1')).toBeNull();
});

test('one that nobody uses is over, and stays so; being listed is no use of it', async () => {
  const life = start();
  await life.sessions.begin('wang', FROM);
  life.clock.now = NINE + IDLE - 1;
  expect(life.sessions.of('wang')).toHaveLength(1);
  life.clock.now = NINE + IDLE;
  expect(life.sessions.of('wang')).toEqual([]);
  expect(life.ended).toEqual(['s1']);
  expect(life.journal.of('session.saved').at(-1)?.session.end).toEqual({
    ...{ at: NINE + IDLE, by: 'wang', why: 'idle' },
  });
  // As if the time-out were longer in the next life: what is over is over.
  expect(nextLife(life).sessions.standing('s1')).toBeNull();
});

test('use is written every ten minutes, not at every request', async () => {
  const life = start();
  await life.sessions.begin('wang', FROM);
  for (let second = 0; second < 1260; second += 1) {
    life.clock.now = NINE + second * 1000;
    life.sessions.use('s1');
  }
  const seen = life.journal.of('session.saved').map(({ session }) => session.seenAt - NINE);
  expect(seen).toEqual([0, 600_000, 1_200_000]);
});

test('ended ones are refused at once and after a restart, the others go on', async () => {
  const life = start();
  for (const who of ['wang', 'wang', 'wang', 'li']) await life.sessions.begin(who, FROM);
  await life.sessions.end(['s1'], 'zhao', 'ended');
  expect(await life.sessions.endAll('wang', { by: 'wang', why: 'password', but: 's3' })).toBe(1);
  expect(life.ended).toEqual(['s1', 's2']);
  for (const { sessions } of [life, nextLife(life)])
    expect(['s1', 's2', 's3', 's4'].map((id) => sessions.standing(id) !== null)).toEqual([
      ...[false, false, true, true],
    ]);
});

test('whoever left the plan has none any more, also when he comes back to it', async () => {
  const life = start();
  await life.sessions.begin('wang', FROM);
  await life.sessions.begin('li', FROM);
  life.sessions.retain(new Set(['li']));
  life.sessions.retain(new Set(['li', 'wang']));
  expect(nextLife(life).sessions.of('wang')).toEqual([]);
  expect(life.sessions.of('li')).toHaveLength(1);
});

test('of one person a thousand at most, the longest unused ends', async () => {
  const life = start();
  for (let n = 0; n < 1001; n += 1) {
    life.clock.now += 1;
    await life.sessions.begin('robot', FROM);
  }
  expect(life.ended).toEqual(['s1']);
  expect(life.sessions.of('robot')).toHaveLength(1000);
});

test('what a program says of itself cannot turn a list round', async () => {
  const { sessions } = start();
  const client = `a\u202eb\r\nc\u0000${'d'.repeat(300)}`;
  const session = await sessions.begin('wang', { ...FROM, client });
  expect(session.client).toBe(`abc${'d'.repeat(197)}`);
});
