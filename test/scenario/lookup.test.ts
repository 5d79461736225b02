import { ALICE, startCentre } from '../support/centre/centre';

describe('who is calling', () => {
  test('an unknown number opens an empty lead with the number filled in (A19)', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call();
    const [opened] = centre.journal.of('lead.opened');
    expect(opened?.lead).toMatchObject({
      number: ALICE,
      storeId: 'bj01',
      source: 'inbound',
      openedByCall: alice.callId,
    });
    expect(alice.record.leadId).toBe(opened?.lead.id);
    expect(centre.agent('bob').offer).toMatchObject({ lookup: 'none', leadId: opened?.lead.id });
  });

  test('a second call before the lead is in the database opens no second lead', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const first = centre.call();
    first.hangsUp();
    const second = centre.call();
    expect(centre.journal.of('lead.opened')).toHaveLength(1);
    expect(second.record.leadId).toBe(first.record.leadId);
  });

  test('two calls by a number that is shared are two leads', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const lookup = { result: 'none', shared: true } as const;
    const first = centre.call({ lookup });
    first.hangsUp();
    const second = centre.call({ lookup });
    expect(centre.journal.of('lead.opened')).toHaveLength(2);
    expect(second.record.leadId).not.toBe(first.record.leadId);
  });

  test('an unavailable look-up opens none and is asked again, until it answers', async () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    expect(centre.lookup.asked).toEqual([ALICE]);
    await centre.lookup.answer({ result: 'unavailable' });
    centre.clock.advance(5_000);
    expect(centre.lookup.asked).toHaveLength(2);
    expect(centre.journal.of('lead.opened')).toEqual([]);
    await centre.lookup.answer({ result: 'found', leadId: 'lead-7', name: 'Mrs Li' });
    expect(alice.record.leadId).toBe('lead-7');
    expect(centre.agent('bob').offer).toMatchObject({ name: 'Mrs Li', leadId: 'lead-7' });
    expect(centre.push.of('call.updated').at(-1)?.call.leadId).toBe('lead-7');
  });

  test('a late "none" opens the lead then', async () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    await centre.lookup.answer({ result: 'none' });
    expect(centre.journal.of('lead.opened')).toHaveLength(1);
    expect(alice.record.leadId).toBe(centre.journal.of('lead.opened')[0]?.lead.id);
  });

  test('a call that is over is still asked for, so that recording and lead find each other', async () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    await centre.lookup.answer({ result: 'unavailable' });
    centre.agent('bob').picksUp();
    alice.hangsUp();
    centre.clock.advance(5_000);
    await centre.lookup.answer({ result: 'none' });
    expect(alice.record).toMatchObject({
      outcome: 'talk',
      leadId: centre.journal.of('lead.opened')[0]?.lead.id,
    });
    expect(centre.leftovers().calls).toEqual([]);
  });

  test('a look-up is not repeated for longer than a minute after the call', async () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    await centre.lookup.answer({ result: 'unavailable' });
    alice.hangsUp();
    centre.clock.advance(60_000);
    const asked = centre.lookup.asked.length;
    centre.clock.advance(60_000);
    expect(centre.lookup.asked).toHaveLength(asked);
    expect(centre.leftovers().timers).toEqual([]);
  });

  test('A19: of a call that is over it stands in its record who is still to be found, until he is', async () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const alice = centre.call({ lookup: { result: 'unavailable' } });
    const last = () => centre.journal.of('call.saved').at(-1);
    expect(last()).not.toHaveProperty('unknown');
    alice.hangsUp();
    expect(last()?.unknown).toMatchObject({ number: ALICE });
    await centre.lookup.answer({ result: 'none' });
    const [opened] = centre.journal.of('lead.opened');
    expect(last()).toMatchObject({ call: { leadId: opened?.lead.id } });
    expect(last()).not.toHaveProperty('unknown');
  });

  test('A19: nobody is to be found of a call whose caller is known, withheld his number or was refused', () => {
    const centre = startCentre({ autoReady: ['bob'] });
    const found = { result: 'found', leadId: 'lead-7', name: '' } as const;
    const unavailable = { lookup: { result: 'unavailable' } } as const;
    centre.call({ lookup: found }).hangsUp();
    centre.call({ ...unavailable, from: '' }).hangsUp();
    centre.call({ ...unavailable, to: '999' });
    const over = centre.journal.of('call.saved').filter(({ call }) => call.endedAt !== null);
    expect(new Set(over.map(({ call }) => call.id)).size).toBe(3);
    expect(over.filter(({ unknown }) => unknown)).toEqual([]);
  });
});
