import { stands } from '../../src/domain/promise/promise';
import { ALICE, startCentre, type Caller, type CentreOptions } from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';
import { appFalls, appReturns } from '../support/centre/fall';

/** A caller gives another number to be called back at: he is promised one call, at that number, as it was promised before. */

const OTHER = '+8613900000003';
const KEYS = '13900000003#';
const MINUTE = 60_000;
const DUE = 30 * MINUTE;

const begin = (options: CentreOptions = {}) =>
  startCentre({ agents: ['bob'], hotline: { notice: 'none' }, ...options });
type Centre = ReturnType<typeof begin>;
/** As the engine has them, and as they are written down. */
const open = (centre: Centre) => {
  const written = centre.journal.of('promise.saved').map(({ promise }) => promise);
  const newest = [...new Map(written.map((one) => [one.id, one])).values()].filter(stands);
  const known = centre.engine.promises();
  expect(new Set(known.map(({ id }) => id))).toEqual(new Set(newest.map(({ id }) => id)));
  return known;
};
/** He is read the other number, and has said nothing to it. */
const confirms = (caller: Caller) => {
  caller.presses('2').presses(KEYS);
  expect(caller.hears).toContain('digits 13900000003');
  return caller;
};

describe('what he was promised when he called before', () => {
  const before = (centre: Centre) => {
    centre.call().hangsUp();
    expect(open(centre)).toMatchObject([{ number: ALICE, dueAt: MORNING + DUE }]);
    centre.clock.advance(10 * MINUTE);
  };

  test('is due when it was, also where he is told that nobody is there', () => {
    const centre = begin();
    before(centre);
    confirms(centre.call()).presses('1');
    expect(open(centre)).toMatchObject([{ number: OTHER, dueAt: MORNING + DUE }]);
  });

  test('by press 1, with the place that he kept and the message that he left', () => {
    const centre = begin();
    before(centre);
    const said = { type: 'promise.owed', promiseId: centre.id(), callId: centre.id() } as const;
    const by = { storeId: 'bj01', hotline: '400', queueId: 'sales', number: ALICE, leadId: null };
    const kept = { place: MORNING + 1, messageId: 'message', reason: 'asked' } as const;
    centre.submit({ ...said, ...by, ...kept, at: centre.now() });
    const bob = centre.agent('bob').atWork();
    const carol = centre.call({ from: '+8613800000009' });
    bob.receivesOffer().picksUp();
    const alice = centre.call();
    alice.hearsToTheEnd().presses('1');
    confirms(alice).presses('1');
    carol.hangsUp();
    expect(open(centre)).toMatchObject([
      { number: OTHER, dueAt: MORNING + DUE, place: MORNING + 1, messageId: 'message' },
    ]);
  });

  test('also when he hangs up before he has confirmed the other', () => {
    const centre = begin();
    before(centre);
    centre.agent('bob').atWork();
    centre.call({ from: '+8613800000009' });
    const alice = centre.call();
    alice.hearsToTheEnd().presses('1');
    confirms(alice).hangsUp();
    expect(open(centre)).toMatchObject([{ number: OTHER, dueAt: MORNING + DUE }]);
  });
});

test('the number that he keyed in is not his, and he gives no other: nobody is called at it', () => {
  const centre = begin();
  const bob = centre.agent('bob').atWork();
  centre.call({ from: '+8613800000009' });
  bob.receivesOffer().picksUp();
  const alice = centre.call({ from: '' });
  alice.hearsToTheEnd().presses('1').presses(KEYS);
  bob.hangsUp();
  centre.engine.signOut('bob');
  expect(open(centre).map(({ number }) => number)).toContain(OTHER);
  alice.presses('2').listensOn();
  expect(alice.record.outcome).toBe('no-number');
  expect(open(centre).map(({ number }) => number)).not.toContain(OTHER);
});

describe('the app falls while he is read it', () => {
  const falls = (centre: Centre, meanwhile: () => void = () => undefined) => {
    centre.clock.advance(1000);
    appFalls(centre);
    meanwhile();
    appReturns(centre);
  };

  test('he was promised a call at his own, is read the other again, and is called there alone', () => {
    const centre = begin();
    const alice = confirms(centre.call());
    falls(centre);
    expect(open(centre)).toMatchObject([{ number: ALICE }]);
    expect(alice.hears).toContain('digits 13900000003');
    alice.presses('1');
    expect(open(centre)).toMatchObject([{ number: OTHER, dueAt: MORNING + DUE }]);
    expect(alice.hears).toContain('promise-taken');
  });

  test.each([
    ['while no app is there', true],
    ['when it is back', false],
  ])('he hangs up %s: he is called at the one that he gave', (_when, isAway) => {
    const centre = begin();
    const alice = confirms(centre.call());
    falls(centre, () => isAway && alice.hangsUp());
    if (!isAway) alice.hangsUp();
    expect(open(centre)).toMatchObject([{ number: OTHER, reason: 'nobody-signed-in' }]);
    expect(alice.record.outcome).toBe('promise');
  });

  test('who withholds his number, and has given none, has none', () => {
    const centre = begin();
    const alice = centre.call({ from: '' }).presses('139');
    falls(centre, () => alice.hangsUp());
    expect([open(centre), alice.record.outcome]).toEqual([[], 'no-number']);
  });
});

/** The whole story, with the app dying in it after so many of its commands, and losing what no disk has. */
test.each(Array.from({ length: 30 }, (_, index) => index))(
  'whatever the %i-th command was that the app died after: one promise, at the number that he gave, due when the first was',
  (commands) => {
    for (const lost of [0, 1, 2]) {
      const centre = begin();
      centre.call().hangsUp();
      centre.clock.advance(MINUTE);
      const alice = centre.call();
      centre.life.endAfter(commands);
      for (const keys of ['2', KEYS, '1']) if (!centre.life.isOver) alice.presses(keys);
      appFalls(centre, lost);
      appReturns(centre);
      for (let turns = 0; turns < 6 && alice.state !== 'closed'; turns += 1) {
        if (alice.hears.includes('13800000001')) alice.presses('2');
        if (alice.hears.includes('number-ask')) alice.presses(KEYS);
        if (alice.hears.includes('13900000003')) alice.presses('1');
        if (centre.media.plays.has(alice.legId)) alice.hearsToTheEnd();
        centre.clock.advance(5000);
      }
      expect(open(centre)).toMatchObject([{ number: OTHER, dueAt: MORNING + DUE }]);
      expect(alice.record.outcome).toBe('promise');
      expect(centre.bugs).toEqual([]);
    }
  },
);
