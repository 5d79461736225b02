import type { Target } from '../../../../sip/transport/flow';
import { resolveHop, type Dns, type Hop } from '../../../../sip/transport/resolve';

/** A zone in memory; what was asked is written down. */
function zone(records: {
  naptr?: Awaited<ReturnType<Dns['naptr']>>;
  srv?: Record<string, [name: string, port: number, priority: number][]>;
  a?: Record<string, string[]>;
}): Dns & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    naptr: (domain) => {
      asked.push(`NAPTR ${domain}`);
      return Promise.resolve(records.naptr ?? []);
    },
    srv: (name) => {
      asked.push(`SRV ${name}`);
      const found = (records.srv ?? {})[name] ?? [];
      return Promise.resolve(
        found.map(([target, port, priority]) => ({ name: target, port, priority, weight: 0 })),
      );
    },
    addresses: (host) => {
      asked.push(`A ${host}`);
      return Promise.resolve((records.a ?? {})[host] ?? []);
    },
  };
}

const speaks = (protocol: string, address = '') =>
  ['udp', 'tcp', 'tls'].includes(protocol) && !address.includes(':');
const hop = (host: string, rest: Partial<Hop> = {}): Hop => ({
  host,
  port: undefined,
  protocol: undefined,
  ...rest,
});

function resolve(asked: Hop, dns: Dns): Promise<string[]> {
  const text = ({ protocol, address, port, name }: Target) =>
    `${protocol} ${address}:${port}${name === undefined ? '' : ` ${name}`}`;
  return new Promise((done) => {
    const ways = { speaks, inOrder: ['udp', 'tcp'] as const, random: () => 0 };
    resolveHop(asked, dns, ways, (targets) => done(targets.map(text)));
  });
}

test.each([
  ['a literal', hop('192.0.2.1'), 'udp 192.0.2.1:5060'],
  ['a literal with TLS', hop('192.0.2.1', { protocol: 'tls' }), 'tls 192.0.2.1:5061'],
  ['a literal with port', hop('192.0.2.1', { port: 5080 }), 'udp 192.0.2.1:5080'],
  ['localhost', hop('localhost'), 'udp 127.0.0.1:5060 localhost'],
])('%s needs no name service and is answered within the call', async (_what, asked, target) => {
  const dns = zone({});
  let answered = false;
  resolveHop(asked, dns, { speaks, inOrder: ['udp'], random: () => 0 }, () => (answered = true));
  expect(answered).toBe(true);
  expect(await resolve(asked, dns)).toEqual([target]);
  expect(dns.asked).toEqual([]);
});

const SRV = {
  '_sip._udp.example.com': [
    ['b.example.com', 5070, 20],
    ['a.example.com', 5060, 10],
  ],
  '_sips._tcp.example.com': [['s.example.com', 5061, 10]],
} satisfies Record<string, [string, number, number][]>;
const A = {
  'example.com': ['192.0.2.9'],
  'a.example.com': ['192.0.2.1', '192.0.2.2'],
  'b.example.com': ['192.0.2.3', '2001:db8::3'],
  's.example.com': ['192.0.2.4'],
};

test('NAPTR names the transports, SRV the machines; unreachable families are left out', async () => {
  const sips = { flags: 's', order: 1, preference: 1, service: 'SIPS+D2T' };
  const udp = { flags: 's', order: 2, preference: 1, service: 'SIP+D2U' };
  const naptr = [
    { ...udp, replacement: '_sip._udp.example.com' },
    { ...sips, replacement: '_sips._tcp.example.com' },
  ];
  expect(await resolve(hop('example.com'), zone({ naptr, srv: SRV, a: A }))).toEqual([
    'tls 192.0.2.4:5061 example.com',
    'udp 192.0.2.1:5060 example.com',
    'udp 192.0.2.2:5060 example.com',
    'udp 192.0.2.3:5070 example.com',
  ]);
});

test('without NAPTR the SRV names of all our transports are asked, UDP first', async () => {
  const dns = zone({ srv: SRV, a: A });
  const targets = await resolve(hop('example.com'), dns);
  expect(targets[0]).toBe('udp 192.0.2.1:5060 example.com');
  expect(targets.at(-1)).toBe('tls 192.0.2.4:5061 example.com');
  expect(dns.asked).toContain('SRV _sip._tcp.example.com');
});

test('a transport in the URI leaves only its SRV name', async () => {
  const dns = zone({ srv: SRV, a: A });
  const targets = await resolve(hop('example.com', { protocol: 'tls' }), dns);
  expect(targets).toEqual(['tls 192.0.2.4:5061 example.com']);
  expect(dns.asked).toEqual(['SRV _sips._tcp.example.com', 'A s.example.com']);
});

test('a port leaves only the address', async () => {
  const dns = zone({ srv: SRV, a: A });
  const targets = await resolve(hop('example.com', { port: 5099 }), dns);
  expect(targets).toEqual(['udp 192.0.2.9:5099 example.com']);
  expect(dns.asked).toEqual(['A example.com']);
});

test('without any service record the domain itself is the machine', async () => {
  expect(await resolve(hop('example.com'), zone({ a: A }))).toEqual([
    'udp 192.0.2.9:5060 example.com',
  ]);
});

test('a name of the local network has no service records', async () => {
  const dns = zone({ a: { pbx: ['192.0.2.8'] } });
  expect(await resolve(hop('pbx'), dns)).toEqual(['udp 192.0.2.8:5060 pbx']);
  expect(dns.asked).toEqual(['A pbx']);
});

test('an unknown name has no target', async () => {
  expect(await resolve(hop('nowhere.example'), zone({}))).toEqual([]);
});
