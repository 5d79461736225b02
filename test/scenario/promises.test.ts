import { ALICE, startCentre, YOUR_NUMBER } from '../support/centre/centre';
import { planWith } from '../support/centre/plan';
import { MORNING } from '../support/centre/clock';

describe('nobody is signed in', () => {
  test('A02: the caller is answered, told and promised a call; we hang up', () => {
    const centre = startCentre({ agents: ['bob'] });
    const alice = centre.call();
    expect(alice.hears).toBe(`no-agents+${YOUR_NUMBER}`);
    alice.listensOn();
    expect(alice.heard.slice(1)).toEqual(['promise-taken+message-offer', 'goodbye']);
    expect(alice.hears).toBe('gone: announced');
    expect(alice.record).toMatchObject({ outcome: 'promise', endCause: 'announced' });
    expect(alice.entryOutcome).toBe('promised');
    expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
  });

  test('a queue without any agent is the same', () => {
    const alice = startCentre().call().presses('1');
    expect(alice.hears).toBe('promise-taken+message-offer');
  });

  test('the promise is not spoken before it is on disk', () => {
    const centre = startCentre();
    centre.journal.holdSync = true;
    const alice = centre.call().presses('1');
    expect(alice.hears).toBe('silence');
    centre.journal.sync();
    expect(alice.hears).toBe('promise-taken+message-offer');
  });

  test('nor before the caller is there to hear it', () => {
    const centre = startCentre();
    centre.telephony.holdAnswers = true;
    const alice = centre.call();
    expect(centre.media.played).toEqual([]);
    centre.telephony.answered(alice.legId);
    expect(alice.hears).toBe(`no-agents+${YOUR_NUMBER}`);
  });

  test('a disk that never syncs does not keep the caller for ever', () => {
    const centre = startCentre();
    centre.journal.holdSync = true;
    const alice = centre.call().presses('1');
    centre.clock.advance(45_000);
    expect(alice.hears).toBe('gone: announced');
  });

  test('a caller who gives no number is told that, and counted so', () => {
    const centre = startCentre();
    const alice = centre.call({ from: '' });
    expect(alice.hears).toBe('no-agents+number-ask');
    alice.listensOn();
    expect(alice.heard.slice(1)).toEqual([
      'no-entry+number-ask',
      'no-number+message-offer',
      'goodbye',
    ]);
    expect(alice.record.outcome).toBe('no-number');
    expect(alice.entryOutcome).toBe('closed');
    expect(centre.engine.promises()).toEqual([]);
    expect(centre.journal.of('lead.opened')).toEqual([]);
  });

  test('who hangs up during the announcement has his promise', () => {
    const centre = startCentre();
    const alice = centre.call();
    alice.hangsUp();
    expect(alice.record).toMatchObject({ outcome: 'promise', endCause: 'hangup' });
    expect(centre.engine.promises()).toHaveLength(1);
  });

  test('a waiting caller is told when the last agent signs out', () => {
    const centre = startCentre({ agents: ['bob', 'dan'] });
    centre.engine.signIn('bob');
    centre.engine.signIn('dan');
    const alice = centre.call();
    alice.hearsToTheEnd();
    centre.engine.signOut('bob');
    expect(alice.hears).toBe('music');
    centre.engine.signOut('dan');
    expect(alice.hears).toBe(`no-agents+${YOUR_NUMBER}`);
    alice.listensOn();
    expect(alice.record.outcome).toBe('promise');
  });

  test('the caller whose only agent signs out in mid-offer is told too', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call();
    centre.engine.signOut('bob');
    expect(alice.hears).toBe(`no-agents+${YOUR_NUMBER}`);
  });
});

describe('one open promise per person and hotline', () => {
  test('a second call updates it; the due time stays', () => {
    const centre = startCentre();
    centre.call().hearsToTheEnd();
    centre.clock.advance(600_000);
    const again = centre.call();
    again.hearsToTheEnd();
    expect(centre.engine.promises()).toEqual([
      expect.objectContaining({ callId: again.callId, dueAt: MORNING + 1_800_000 }),
    ]);
    const ids = centre.journal.of('promise.saved').map(({ promise }) => promise.id);
    expect(new Set(ids).size).toBe(1);
  });

  test('a talk keeps it', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.call().hearsToTheEnd();
    const bob = centre.agent('bob').atWork();
    const alice = centre.call();
    bob.receivesOffer().picksUp();
    expect(centre.engine.promises()).toHaveLength(1);
    alice.hearsToTheEnd();
    expect(centre.engine.promises()).toEqual([]);
    expect(centre.journal.of('promise.saved').at(-1)?.promise.state).toBe('kept');
  });

  test('a talk by another hotline of the store keeps it, too; one of another store does not', () => {
    const plan = planWith({ agents: ['bob'] });
    const other = { id: 'sh01', name: 'Shanghai One', timezone: 'Asia/Shanghai' };
    const centre = startCentre({
      plan: {
        ...plan,
        stores: [...plan.stores, other],
        queues: [...plan.queues, { ...plan.queues[0]!, id: 'elsewhere', store: 'sh01' }],
        hotlines: [
          ...plan.hotlines,
          { number: '401', store: 'bj01', queue: 'sales', notice: 'none' },
          { number: '500', store: 'sh01', queue: 'elsewhere', notice: 'none' },
        ],
      },
    });
    centre.call().hearsToTheEnd();
    centre.call({ to: '500' }).hearsToTheEnd();
    const bob = centre.agent('bob').atWork();
    centre.call({ to: '401' });
    bob.receivesOffer().picksUp();
    expect(centre.engine.promises().map(({ hotline }) => hotline)).toEqual(['500']);
  });

  test('ringing again without a talk does not', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.call().hearsToTheEnd();
    centre.agent('bob').atWork();
    centre.call().hangsUp();
    expect(centre.engine.promises()).toHaveLength(1);
  });

  test('it is known again after a restart', () => {
    const centre = startCentre();
    centre.call().hearsToTheEnd();
    const known = { promises: centre.engine.promises() };
    const later = startCentre({ autoReady: ['bob'], known });
    const alice = later.call({ from: ALICE });
    later.agent('bob').picksUp();
    alice.hearsToTheEnd();
    expect(later.engine.promises()).toEqual([]);
  });
});

describe('the media is full (step 4)', () => {
  test('who rang in vain is promised a call, told so when that is on disk, and let go; nobody is rung', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.journal.holdSync = true;
    const alice = centre.call({ full: true });
    expect(alice.hears).toBe('silence');
    centre.journal.sync();
    expect(alice.hears).toBe('promise-taken');
    alice.hearsToTheEnd();
    expect(alice.hears).toBe('gone: announced');
    expect(alice.record).toMatchObject({ outcome: 'promise', endCause: 'announced' });
    expect(centre.engine.promises()).toMatchObject([{ reason: 'over-capacity', number: ALICE }]);
    expect(centre.telephony.dials).toEqual([]);
    expect(centre.journal.of('entry.saved')).toEqual([]);
    expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
  });

  test('without a number he is told that', () => {
    const alice = startCentre({ autoReady: ['bob'] }).call({ full: true, from: '' });
    expect(alice.hears).toBe('no-number');
    alice.hearsToTheEnd();
    expect(alice.record.outcome).toBe('no-number');
  });
});

describe('not even a stream to tell him by is left (step 6)', () => {
  const refused = () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.journal.holdSync = true;
    return { centre, alice: centre.call({ unusable: 'over-capacity' }) };
  };
  const NOTHING = { legs: [], recordings: [], calls: [], timers: [] };

  test('he is refused once it is on disk that he is called back; nobody is rung', () => {
    const { centre, alice } = refused();
    expect(alice.hears).toBe('nothing');
    centre.journal.sync();
    expect(alice.hears).toBe('gone: over-capacity');
    expect(alice.record).toMatchObject({
      ...{ outcome: 'over-capacity', endCause: 'over-capacity', answeredAt: null },
    });
    expect(centre.engine.promises()).toMatchObject([
      { reason: 'over-capacity', number: ALICE, leadId: alice.record.leadId, state: 'open' },
    ]);
    expect(centre.journal.of('lead.opened')).toHaveLength(1);
    expect(centre.telephony.dials).toEqual([]);
    expect(centre.leftovers()).toEqual(NOTHING);
  });

  test('a disk that does not answer keeps him for five seconds', () => {
    const { centre, alice } = refused();
    centre.clock.advance(4999);
    expect(alice.hears).toBe('nothing');
    centre.clock.advance(1);
    expect(alice.hears).toBe('gone: over-capacity');
    expect(centre.engine.promises()).toHaveLength(1);
  });

  test('who gives up in this moment has left, and is called back', () => {
    const { centre, alice } = refused();
    alice.hangsUp();
    centre.journal.sync();
    expect(alice.record).toMatchObject({ outcome: 'left', endCause: 'hangup' });
    expect(centre.engine.promises()).toHaveLength(1);
    expect(centre.leftovers()).toEqual(NOTHING);
  });

  test('without a number he is refused at once, and there is nobody to call', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    centre.journal.holdSync = true;
    const alice = centre.call({ unusable: 'over-capacity', from: '' });
    expect(alice.hears).toBe('gone: over-capacity');
    expect(centre.engine.promises()).toEqual([]);
  });
});
