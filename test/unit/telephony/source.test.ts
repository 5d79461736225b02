import { SourceTable } from '../../../src/telephony/source';
import type { PlanTrunk } from '../../../src/domain/plan';

const trunk = (id: string, ...from: string[]): PlanTrunk => ({ id, from, channels: 30 });
const table = new SourceTable([
  trunk('lan', '10.0.0.0/8', 'fd00::/8'),
  trunk('carrier', '10.1.2.3'),
  trunk('carrier-b', '10.1.2.3:5080', '[fd00::5]:5080'),
]);

describe('the source of an INVITE', () => {
  test.each([
    ['10.9.9.9', 5060, { kind: 'trunk', trunkId: 'lan' }],
    ['10.1.2.3', 5060, { kind: 'trunk', trunkId: 'carrier' }],
    ['10.1.2.3', 5080, { kind: 'trunk', trunkId: 'carrier-b' }],
    ['::ffff:10.1.2.3', 5080, { kind: 'trunk', trunkId: 'carrier-b' }],
    ['fd00::5', 5080, { kind: 'trunk', trunkId: 'carrier-b' }],
    ['fd00::5', 5060, { kind: 'trunk', trunkId: 'lan' }],
    ['192.168.1.1', 5060, { kind: 'unknown' }],
    ['2001:db8::1', 5060, { kind: 'unknown' }],
  ])('%s:%i is %j', (address, port, source) => {
    expect(table.sourceOf(address, port, () => undefined)).toEqual(source);
  });

  test("a phone's own address and port go before the trunk that covers them", () => {
    const phones = (address: string, port: number) =>
      address === '10.1.2.3' && port === 5080 ? '8001' : undefined;
    expect(table.sourceOf('10.1.2.3', 5080, phones)).toEqual({ kind: 'phone', phoneId: '8001' });
    expect(table.sourceOf('10.1.2.3', 5081, phones)).toEqual({ kind: 'trunk', trunkId: 'carrier' });
  });
});

test('the networks of a trunk are its places without ports', () => {
  const from = ['192.0.2.1:5060', '[2001:db8::1]:5060', '198.51.100.0/24', '203.0.113.9'];
  const table = new SourceTable([{ id: 't', from }] as ConstructorParameters<
    typeof SourceTable
  >[0]);
  expect(table.networksOf({ kind: 'trunk', trunkId: 't' })).toEqual([
    ...['192.0.2.1', '2001:db8::1', '198.51.100.0/24', '203.0.113.9'],
  ]);
  expect(table.networksOf({ kind: 'unknown' })).toBeUndefined();
});
