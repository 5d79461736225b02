import type { PlanHours } from '../../src/domain/plan';
import { ALICE, startCentre, YOUR_NUMBER, type CentreOptions } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';

const SECOND = 1000;
const LEFT_NOTHING = { legs: [], recordings: [], calls: [], timers: [] };
const SAVED = 'message-saved+goodbye';

/** Nobody is signed in; Alice has settled her number, and is offered to leave a message. */
function offered(options: CentreOptions = {}, from = ALICE) {
  const centre = startCentre(options);
  const alice = centre.call({ from });
  if (from === '') alice.presses('13900000003#');
  alice.presses('1');
  return { centre, alice };
}

/** … and speaks after the tone. */
function speaking(options: CentreOptions = {}, from = ALICE) {
  const { centre, alice } = offered(options, from);
  alice.presses('2');
  expect(alice.hears).toBe('message-leave+beep');
  alice.hearsToTheEnd();
  const [recording] = [...centre.media.recordings.values()];
  if (!recording) throw new Error('nothing is recorded');
  centre.clock.advance(10 * SECOND);
  return { centre, alice, recording };
}

test('a message is recorded after the tone, filed with the call and the promise, and thanked for', () => {
  const { centre, alice, recording } = speaking();
  expect(recording).toMatchObject({ callId: alice.callId, left: alice.legId, quietMs: 6000 });
  expect(alice.hears).toBe('silence');
  alice.presses('5');
  expect(alice.hears).toBe('silence');
  alice.presses('#');
  expect(alice.hears).toBe(SAVED);
  alice.hearsToTheEnd();
  expect(alice.record).toMatchObject({ outcome: 'promise', endCause: 'announced' });
  const { recordingId } = recording;
  expect(centre.journal.of('recording.saved').map(({ recording: file }) => file)).toMatchObject([
    { id: recordingId, callId: alice.callId, agentId: null, leadId: alice.record.leadId },
  ]);
  expect(centre.engine.promises()).toMatchObject([{ number: ALICE, messageId: recordingId }]);
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
});

test.each(['silence', 'two minutes', 'a disk that fails'])('%s ends it', (what) => {
  const { centre, alice, recording } = speaking();
  const { callId, recordingId } = recording;
  if (what === 'silence') centre.media.file(callId, recordingId);
  else if (what === 'two minutes') centre.clock.advance(110 * SECOND);
  else centre.media.file(callId, recordingId, { result: 'failed', reason: 'disk' });
  expect(alice.hears).toBe(what === 'a disk that fails' ? 'goodbye' : SAVED);
  alice.hearsToTheEnd();
  expect(centre.journal.of('recording.saved')).toHaveLength(1);
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
});

test('who hangs up in the middle has left it', () => {
  const { centre, alice, recording } = speaking();
  alice.hangsUp();
  expect(alice.record).toMatchObject({ outcome: 'promise', endCause: 'hangup' });
  expect(centre.journal.of('recording.saved')).toMatchObject([
    { recording: { id: recording.recordingId, file: { result: 'stored' } } },
  ]);
  expect(centre.engine.promises()).toMatchObject([{ messageId: recording.recordingId }]);
  expect(centre.leftovers()).toEqual(LEFT_NOTHING);
});

test('who wants to leave none is told goodbye, and a wrong key offers it again', () => {
  const { centre, alice } = offered();
  alice.presses('7');
  expect(alice.hears).toBe('invalid-entry+message-offer');
  alice.listensOn();
  expect(alice.heard.at(-1)).toBe('goodbye');
  expect(centre.media.recorded).toEqual([]);
  expect(centre.engine.promises()[0]).not.toHaveProperty('messageId');
});

test('who gives no number may leave one all the same: it is filed with his call', () => {
  const centre = startCentre();
  const alice = centre.call({ from: '' });
  for (const _ of ['asked', 'asked again']) {
    alice.hearsToTheEnd();
    centre.clock.advance(5 * SECOND);
  }
  expect(alice.hears).toBe('no-number+message-offer');
  alice.presses('2').hearsToTheEnd();
  alice.hangsUp();
  expect(alice.record.outcome).toBe('no-number');
  expect(centre.journal.of('recording.saved')).toMatchObject([
    { recording: { callId: alice.callId } },
  ]);
});

test('a withheld number that he keys in is promised a call, and so is one that he changes to', () => {
  const withheld = offered({}, '');
  expect(withheld.alice.hears).toBe('promise-taken+message-offer');
  expect(withheld.centre.engine.promises()).toMatchObject([{ number: '+8613900000003' }]);
  expect(withheld.alice.hangsUp().record.outcome).toBe('promise');

  const centre = startCentre();
  const alice = centre.call();
  expect(centre.engine.promises()).toMatchObject([{ number: ALICE }]);
  alice.presses('2').presses('13900000003#').presses('1');
  expect(alice.hears).toBe('promise-taken+message-offer');
  expect(centre.engine.promises()).toMatchObject([{ number: '+8613900000003' }]);
  const saved = centre.journal.of('promise.saved').map(({ promise }) => promise);
  const id = saved[0]?.id;
  expect(saved).toMatchObject([
    { id, number: ALICE, state: 'open' },
    { id, number: '+8613900000003', state: 'open' },
  ]);
});

test('who wants to change his number and keys in none keeps it', () => {
  const centre = startCentre();
  const alice = centre.call().presses('2');
  alice.listensOn();
  expect(alice.heard).toContain('promise-taken+message-offer');
  expect(centre.engine.promises()).toMatchObject([{ number: ALICE }]);
});

test('a hotline may offer none', () => {
  const { alice } = offered({ hotline: { voiceMessage: 'none' } });
  expect(alice.hears).toBe('promise-taken+goodbye');
});

describe('the app falls', () => {
  const fall = (centre: ReturnType<typeof startCentre>, meanwhile?: () => void): void => {
    centre.clock.advance(SECOND);
    appFalls(centre);
    meanwhile?.();
    appReturns(centre);
  };

  test('while the number is asked for: it is asked for again, and the promise is the same', () => {
    const hours: PlanHours[] = [{ id: 'never', week: [[], [], [], [], [], [], []] }];
    const centre = startCentre({ hours, hotline: { hours: 'never' } });
    const alice = centre.call();
    const [before] = centre.engine.promises();
    fall(centre);
    expect(alice.hears).toBe(`closed+${YOUR_NUMBER}`);
    alice.listensOn();
    expect(alice.record.outcome).toBe('promise');
    const { notBefore: _settling, ...promise } = before ?? {};
    expect(centre.engine.promises()).toMatchObject([promise]);
  });

  test('while he is told: he is told again', () => {
    const { centre, alice } = offered();
    fall(centre);
    expect(alice.hears).toBe('promise-taken+message-offer');
    alice.presses('2');
    expect(alice.hears).toBe('message-leave+beep');
  });

  test('while he speaks: he speaks on, and all of it is kept', () => {
    const { centre, alice, recording } = speaking();
    fall(centre);
    expect([alice.state, alice.hears]).toEqual(['announcing', 'silence']);
    expect(centre.media.recordings.size).toBe(1);
    alice.presses('#');
    expect(alice.hears).toBe(SAVED);
    alice.hearsToTheEnd();
    expect(centre.journal.of('recording.saved')).toMatchObject([
      { recording: { id: recording.recordingId, file: { result: 'stored' } } },
    ]);
    expect(centre.engine.promises()).toMatchObject([{ messageId: recording.recordingId }]);
    expect(centre.leftovers()).toEqual(LEFT_NOTHING);
  });

  test('and he ends it meanwhile: he is thanked, or has hung up; it is kept', () => {
    const quiet = speaking();
    const { callId, recordingId } = quiet.recording;
    fall(quiet.centre, () => quiet.centre.media.file(callId, recordingId));
    expect(quiet.alice.hears).toBe(SAVED);
    expect(quiet.centre.journal.of('recording.saved')).toHaveLength(1);

    const gone = speaking();
    fall(gone.centre, () => gone.alice.hangsUp());
    expect(gone.alice.record.outcome).toBe('promise');
    expect(gone.centre.journal.of('recording.saved')).toHaveLength(1);
    gone.centre.clock.advance(60 * SECOND);
    expect(gone.centre.leftovers()).toEqual(LEFT_NOTHING);
  });
});

test('the note of a caller who gave a number and has had talks fits into the edge', () => {
  const { centre, alice } = speaking({}, '');
  const note = JSON.stringify(centre.telephony.notes.get(alice.legId));
  // Ids of a real installation are UUIDs.
  const ids = note.match(/id-\d{6}/g) ?? [];
  expect(ids.length).toBeGreaterThan(4);
  const earlier = 3 * '{"recordingId":"","agentId":""},'.length + 6 * 36;
  expect(note.length + ids.length * 27 + earlier).toBeLessThan(1024);
});
