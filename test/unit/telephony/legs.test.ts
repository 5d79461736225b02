import { LegTable, type Leg } from '../../../src/telephony/legs';

const legNamed = (id: string): Leg => ({ id, callId: 'call1', role: 'caller', state: 'answered' });

test('a leg ends once, and it is remembered that it has', () => {
  const legs = new LegTable();
  const leg = legs.add(legNamed('leg1'));
  expect(legs.hasEnded('leg1')).toBe(false);
  expect([legs.end(leg), legs.end(leg)]).toEqual([true, false]);
  expect(legs.hasEnded('leg1')).toBe(true);
  expect(legs.hasEnded('never ours')).toBe(false);
});

test('the ends of the last 10 000 legs are remembered, and no more', () => {
  const legs = new LegTable();
  for (let n = 0; n <= 10_000; n++) legs.end(legs.add(legNamed(`leg${n}`)));
  expect([0, 1, 10_000].map((n) => legs.hasEnded(`leg${n}`))).toEqual([false, true, true]);
});

test('a leg is known by its INVITE until that is answered or it is over', () => {
  const legs = new LegTable();
  const [first, second] = ['leg1', 'leg2'].map((id) =>
    legs.add({ ...legNamed(id), state: 'arriving', inviteName: `invite of ${id}` }),
  );
  expect(legs.ofInvite('invite of leg1')).toBe(first);
  first!.state = 'answered';
  legs.end(second!);
  expect(['invite of leg1', 'invite of leg2'].map((name) => legs.ofInvite(name))).toEqual([
    undefined,
    undefined,
  ]);
});
