import { defaultPort, orderSrv, servicesFrom } from '../../../../sip/transport/dns-selection';

const naptr = (order: number, preference: number, service: string, replacement: string) => ({
  flags: 's',
  order,
  preference,
  service,
  replacement,
});
const all = () => true;

test.each([
  ['udp', 5060],
  ['tcp', 5060],
  ['tls', 5061],
  ['ws', 5060],
  ['wss', 5061],
] as const)('the port of %s is %d', (protocol, port) => {
  expect(defaultPort(protocol)).toBe(port);
});

describe('NAPTR', () => {
  const records = [
    naptr(50, 50, 'SIPS+D2T', '_sips._tcp.example.com'),
    naptr(90, 50, 'SIP+D2T', '_sip._tcp.example.com'),
    naptr(90, 10, 'SIP+D2U', '_sip._udp.example.com'),
    naptr(10, 10, 'SIP+D2W', '_sip._ws.example.com'),
    { ...naptr(20, 10, 'SIP+D2U', ''), flags: 'u' },
  ];

  test('order, then preference; other services and flags do not count', () => {
    expect(servicesFrom(records, all)).toEqual([
      { protocol: 'tls', name: '_sips._tcp.example.com' },
      { protocol: 'udp', name: '_sip._udp.example.com' },
      { protocol: 'tcp', name: '_sip._tcp.example.com' },
    ]);
  });

  test('what we do not speak is left out', () => {
    const protocols = servicesFrom(records, (one) => one !== 'tls').map(({ protocol }) => protocol);
    expect(protocols).toEqual(['udp', 'tcp']);
  });
});

describe('SRV', () => {
  const srv = (name: string, priority: number, weight: number) => ({
    name,
    port: 5060,
    priority,
    weight,
  });
  const names = (records: { name: string }[]) => records.map(({ name }) => name).join('');

  test('the lowest priority first, whatever the weights', () => {
    const records = [srv('c', 30, 100), srv('a', 10, 0), srv('b', 20, 1)];
    expect(names(orderSrv(records, () => 0.99))).toBe('abc');
  });

  // Weights 1, 3, 6: the numbers 0 and 1 draw a, 2 to 4 b, 5 to 10 c, out of eleven.
  test.each([
    [0, 'a'],
    [1, 'a'],
    [2, 'b'],
    [4, 'b'],
    [5, 'c'],
    [10, 'c'],
  ])('the number %d of eleven draws %s first', (lot, first) => {
    const records = [srv('a', 1, 1), srv('b', 1, 3), srv('c', 1, 6)];
    const order = names(orderSrv(records, () => (lot + 0.5) / 11));
    expect(order[0]).toBe(first);
    expect([...order].sort().join('')).toBe('abc');
  });

  test('a record without weight is drawn first only by the number 0', () => {
    const records = [srv('b', 1, 5), srv('z', 1, 0)];
    expect(names(orderSrv(records, () => 0))).toBe('zb');
    expect(names(orderSrv(records, () => 0.3))).toBe('bz');
  });

  test('weights are kept in proportion over many draws', () => {
    const records = [srv('a', 1, 10), srv('b', 1, 30)];
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    let first = 0;
    for (let i = 0; i < 4000; i++) if (orderSrv(records, random)[0]?.name === 'b') first++;
    expect(first / 4000).toBeGreaterThan(0.7);
    expect(first / 4000).toBeLessThan(0.78);
  });

  test('the target "." says that there is no such service', () => {
    expect(orderSrv([srv('.', 0, 0)], () => 0)).toEqual([]);
  });
});
