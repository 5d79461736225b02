import {
  contactUri,
  hopOf,
  natTarget,
  routeRequest,
  routeSetFrom,
} from '../../../../sip/dialog/routing';

const target = 'sip:a@10.0.0.9:5062';
const source = { protocol: 'udp', address: '10.0.0.9', port: 5062 } as const;

test('without routes a request goes to its target', () => {
  expect(routeRequest(target, [])).toEqual({ requestUri: target, routes: [], nextHop: target });
});

test('loose routes stand in Route, and the first is the next hop', () => {
  const routes = ['<sip:p1;lr>', '<sip:p2;lr>'];
  expect(routeRequest(target, routes)).toEqual({
    requestUri: target,
    routes,
    nextHop: 'sip:p1;lr',
  });
});

test('a strict router becomes the Request-URI and the target the last route', () => {
  expect(routeRequest(target, ['<sip:p1>', '<sip:p2;lr>'])).toEqual({
    requestUri: 'sip:p1',
    routes: ['<sip:p2;lr>', `<${target}>`],
    nextHop: 'sip:p1',
  });
});

test('record routes of several lines are one list', () => {
  expect(routeSetFrom(['<sip:a;lr>, <sip:b;lr>', '<sip:c;lr>'])).toEqual([
    '<sip:a;lr>',
    '<sip:b;lr>',
    '<sip:c;lr>',
  ]);
});

test.each([
  [undefined, undefined],
  ['*', undefined],
  ['"x, y" <sip:a@b>;expires=1, <sip:c>', 'sip:a@b'],
])('the URI of Contact %s is %s', (contact, uri) => {
  expect(contactUri(contact)).toBe(uri);
});

test.each([
  ['sip:a@h', { host: 'h', port: undefined, protocol: undefined }],
  ['sip:h:5070;transport=TCP', { host: 'h', port: 5070, protocol: 'tcp' }],
  ['sip:a@df7.invalid;transport=ws', { host: 'df7.invalid', port: undefined, protocol: 'ws' }],
  ['sips:h', { host: 'h', port: undefined, protocol: 'tls' }],
  ['sips:h;transport=tcp', { host: 'h', port: undefined, protocol: 'tls' }],
  ['sips:h;transport=ws', { host: 'h', port: undefined, protocol: 'wss' }],
  ['sips:h;transport=udp', undefined],
  ['sip:h;transport=sctp', undefined],
  ['tel:110', undefined],
])('the hop of %s', (uri, hop) => {
  expect(hopOf(uri)).toEqual(hop);
});

describe('NAT repair', () => {
  test.each([
    ['the Contact is where the packet came from', 'uas', target, [], undefined],
    ['the Contact has another host', 'uas', 'sip:a@192.168.1.2:5062', [], source],
    ['the Contact names another port', 'uas', 'sip:a@10.0.0.9:5999', [], source],
    ['the Contact names no port', 'uas', 'sip:a@10.0.0.9', [], undefined],
    ['we called: ports do not count', 'uac', 'sip:a@10.0.0.9:5999', [], undefined],
    ['we called: hosts do', 'uac', 'sip:a@192.168.1.2', [], source],
    ['a proxy recorded itself', 'uas', 'sip:a@192.168.1.2', ['<sip:p;lr>'], undefined],
    ['it did so when we called', 'uac', 'sip:a@192.168.1.2', ['<sip:198.51.100.1;lr>'], undefined],
    ['its route is private', 'uac', target, ['<sip:172.31.0.1;lr>', '<sip:p;lr>'], source],
    ['its route is private and its own', 'uac', target, ['<sip:10.0.0.9:5060;lr>'], undefined],
    ['its route is private, to who is called', 'uas', target, ['<sip:10.0.0.1;lr>'], undefined],
  ] as const)('when %s', (_when, role, contact, routes, expected) => {
    expect(natTarget(role, contact, routes, source)).toEqual(expected);
  });

  test('not when a caller connected to us: the port he did it from is no way back', () => {
    const connected = { ...source, protocol: 'tcp' } as const;
    expect(natTarget('uas', 'sip:a@192.168.1.2', [], connected)).toBeUndefined();
    expect(natTarget('uac', 'sip:a@192.168.1.2', [], connected)).toEqual(connected);
  });
});
