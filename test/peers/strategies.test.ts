/**
 * Each strategy of a queue on the started product: the same callers, and who is rung for them. sipp is the callers; the
 * telemarketers' phones are the test's, and each has a tone of its own.
 */
import { STRATEGY_NAMES, type StrategyName } from '../../src/domain/plan';
import { hearEachOther } from '../support/desk-talk';
import { needs } from '../support/needs';
import { FAR_HZ, Office, tell, wentAsWritten, type FarEnd } from '../support/office';
import { PhoneRow, type Ring } from '../support/phone-row';
import type { TestPlan } from '../support/plan';
import type { PushClient } from '../support/push-client';
import { asks, calling, progress, receives, waitsForTest } from '../support/sipp-script';
import { waitFor } from '../support/wait';

const CALLS = calling(
  ...[asks('INVITE', { sdp: true }), progress, receives(200), asks('ACK')],
  ...[waitsForTest, asks('BYE', { cseq: 2 }), receives(200)],
);
const TONES = { a: 500, b: 600, c: 700 } as const;
type Name = keyof typeof TONES;
/** In the order of their places; the order of their ids is another. */
const PLACES: Name[] = ['c', 'a', 'b'];

const hotlineOf = (strategy: StrategyName): string => `40${STRATEGY_NAMES.indexOf(strategy)}`;

/** A hotline and a queue of each strategy, with three telemarketers whom no other one has. */
function withEach(plan: TestPlan, row: PhoneRow): TestPlan {
  const [[queue], [hotline], [wang]] = [plan.queues, plan.hotlines, plan.people.slice(-1)];
  if (!queue || !hotline || !wang) throw new Error('the plan is empty');
  const of = (strategy: StrategyName, name: Name) => ({ id: `${strategy}-${name}` });
  const each = <T>(make: (strategy: StrategyName, name: Name) => T): T[] =>
    STRATEGY_NAMES.flatMap((strategy) => PLACES.map((name) => make(strategy, name)));
  return {
    ...plan,
    queues: [
      queue,
      ...STRATEGY_NAMES.map((id) => ({ ...queue, id, strategy: id, stepSeconds: 1 })),
    ],
    hotlines: STRATEGY_NAMES.map((id) => ({ ...hotline, number: hotlineOf(id), queue: id })),
    people: [
      ...plan.people,
      ...each((strategy, name) => ({ ...wang, ...of(strategy, name), queues: [strategy] })),
    ],
    phones: [
      ...plan.phones,
      ...each((strategy, name) => {
        const { id } = of(strategy, name);
        const contact = row.contactOf(name, id);
        return {
          id,
          kind: 'static' as const,
          contact,
          person: id,
          autoReady: true,
          watch: false,
        };
      }),
    ],
  };
}

/** A caller with whoever picked up for him. */
interface Talk {
  number: string;
  far: FarEnd;
  ring: Ring;
}

needs('sipp', 'baresip')('the strategies of a queue', () => {
  let row: PhoneRow;
  let office: Office;
  let overseer: PushClient;
  let callers = 0;

  beforeAll(async () => {
    row = await PhoneRow.open(TONES);
    office = await Office.open((plan) => withEach(plan, row));
    overseer = await office.deskOf('chen');
  }, 90_000);

  afterAll(async () => {
    overseer?.close();
    await office?.close();
    row?.close();
  }, 30_000);

  /** Somebody calls, and a phone rings. */
  async function calls(strategy: StrategyName): Promise<Talk> {
    const from = row.rung.length;
    const number = `1380000${1000 + (callers += 1)}`;
    const far = await office.calls(CALLS, { from: number, number: hotlineOf(strategy) });
    return { number, far, ring: await row.rung.next('a phone to ring', () => true, { from }) };
  }

  async function isTaken({ far }: Talk, by: Ring): Promise<void> {
    row.picksUp(by);
    await far.sipp.logged(/^ACK /m);
  }

  /** They hear each other, and the file will have them. */
  async function isHeard({ far }: Talk, { phone }: Ring): Promise<void> {
    far.ear.talkTo(await far.sipp.heardSdp());
    await hearEachOther(far, row.at(phone));
  }

  /** He hangs up, and who talked to him is free. */
  async function leaves({ far }: Talk, by: Ring): Promise<void> {
    const from = overseer.frames.length;
    await tell(far);
    const isFree = ({ data }: { data: { id: string; activity: string } }) =>
      data.id === by.user && data.activity === 'idle';
    await overseer.next('agent.updated', isFree, { from });
    await wentAsWritten(far);
  }

  /** Whose phones rang for him, in the order of the alphabet. */
  const rungFor = ({ ring }: Talk): string =>
    row.rung.all
      .filter(({ callId }) => callId === ring.callId)
      .map(({ phone }) => phone)
      .sort()
      .join('');

  const isFiled = ({ number }: Talk, { phone }: Ring): Promise<void> =>
    office.became(`+86${number}`, {
      ...{ outcome: 'talk', cause: 'hangup', segments: [[FAR_HZ, TONES[phone as Name]]] },
    });

  /** The first caller talks until the fourth has gone; the second and the sixth talk for long. */
  async function day(strategy: StrategyName): Promise<string> {
    const all: Talk[] = [];
    const comes = async (): Promise<Talk> => {
      const talk = await calls(strategy);
      await isTaken(talk, talk.ring);
      all.push(talk);
      return talk;
    };
    const first = await comes();
    for (const isLong of [true, false, false, false, true, false]) {
      const talk = await comes();
      if (isLong) await isHeard(talk, talk.ring);
      await leaves(talk, talk.ring);
      if (all.length === 4) await leaves(first, first.ring);
    }
    const [, long] = all;
    if (long) await isFiled(long, long.ring);
    return all.map(rungFor).join(' ');
  }

  test.each([
    ['longest-idle', 'a b c b c b a'],
    ['round-robin', 'c a b a c b a'],
    ['least-calls-today', 'a b c b c a b'],
    ['least-talk', 'a b c c c c b'],
    ['top-down', 'c a a a c c c'],
  ] as const)('%s: %s', async (strategy, asked) => expect(await day(strategy)).toBe(asked), 60_000);

  test('random: everybody has some, somebody has two running, and who has talked for long has another', async () => {
    const had: string[] = [];
    const isRandom = () =>
      new Set(had).size === 3 &&
      had.some((name, at) => at > 0 && had[at - 1] === name) &&
      had.slice(1).includes(had[0] ?? '');
    // Of forty callers one in a million times somebody has none.
    for (let tries = 0; tries < 40 && !isRandom(); tries += 1) {
      const talk = await calls('random');
      await isTaken(talk, talk.ring);
      if (tries === 0) for (let times = 0; times < 2; times += 1) await isHeard(talk, talk.ring);
      await leaves(talk, talk.ring);
      if (tries === 0) await isFiled(talk, talk.ring);
      had.push(rungFor(talk));
    }
    expect([had, isRandom()]).toEqual([had, true]);
  }, 60_000);

  /** All of them ring; the second one picks up, and the phones of the others stop. */
  async function together(strategy: StrategyName): Promise<number[]> {
    const talk = await calls(strategy);
    const { callId } = talk.ring;
    const rings = await waitFor('all phones to ring', () => {
      const all = row.rung.all.filter((one) => one.callId === callId);
      return all.length === 3 ? all : null;
    });
    const [first, second, third] = rings;
    if (!first || !second || !third) throw new Error('nobody rang');
    await isTaken(talk, second);
    await isHeard(talk, second);
    for (const other of [first, third])
      await row.stopped.next('its end', ({ invite }) => invite === other.invite);
    await leaves(talk, second);
    await isFiled(talk, second);
    expect(rungFor(talk)).toBe('abc');
    return [second.at - first.at, third.at - second.at];
  }

  test('ring-all: three phones at once', async () => {
    for (const ms of await together('ring-all')) expect(ms).toBeLessThan(500);
  }, 60_000);

  test('progressive: one phone, after a second another one beside it, and after two the third', async () => {
    for (const ms of await together('progressive')) expect(ms).toBeGreaterThan(900);
  }, 60_000);

  test('nothing is left of any of them', () => office.nothingIsLeft(), 30_000);
});
