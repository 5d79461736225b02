import { readRouteAnswer } from '../../../../../sip/gateway/routing/route-answer';

const read = (action: unknown, data?: unknown) => readRouteAnswer(JSON.stringify({ action, data }));

test.each([
  [{ status: 486 }, { action: 'reject', status: 486, reason: undefined }],
  [
    { status: 486, reason: null },
    { action: 'reject', status: 486, reason: undefined },
  ],
  [
    { status: 603, reason: 'später' },
    { action: 'reject', status: 603, reason: 'spÃ¤ter' },
  ],
])('reject %j', (data, answer) => {
  expect(read('reject', data)).toEqual(answer);
});

test.each([
  ['sip:a@b', ['<sip:a@b>']],
  [
    ['"A" <sip:a@b>;q=0.1', 'tel:+4930'],
    ['"A" <sip:a@b>;q=0.1', '<tel:+4930>'],
  ],
])('redirect to %j', (contact, contacts) => {
  expect(read('redirect', { contact })).toEqual({ action: 'redirect', contacts });
});

test('proxy has the defaults of drachtio-server', () => {
  expect(read('proxy', { destination: 'sip:a@b' })).toEqual({
    action: 'proxy',
    orders: {
      destinations: ['sip:a@b'],
      recordRoute: false,
      followRedirects: true,
      simultaneous: false,
      provisionalTimeoutMs: 5000,
      sip: '',
    },
  });
});

test('proxy does as it is told', () => {
  const data = {
    destination: ['sip:a@b', 'sips:c@d:5061'],
    recordRoute: true,
    followRedirects: false,
    simultaneous: true,
    provisionalTimeout: '1500ms',
    finalTimeout: '60s',
  };
  expect(read('proxy', data)).toMatchObject({
    orders: {
      destinations: data.destination,
      recordRoute: true,
      followRedirects: false,
      simultaneous: true,
      provisionalTimeoutMs: 1500,
    },
  });
  expect(read('proxy', { destination: 'sip:a@b', provisionalTimeout: '' })).toMatchObject({
    orders: { provisionalTimeoutMs: 0 },
  });
});

test('route goes to a place, or to a tag', () => {
  const place = { secure: true, host: 'app.example', port: 9030 };
  expect(read('route', { uri: 'app.example:9030;transport=tls' })).toEqual({
    action: 'connect',
    place,
  });
  expect(read('route', { tag: 'sales' })).toEqual({ action: 'tag', tag: 'sales' });
});

test.each([
  ['reject', undefined],
  ['reject', []],
  ['reject', {}],
  ['reject', { status: '486' }],
  ['reject', { status: 486.5 }],
  ['reject', { status: 180 }],
  ['reject', { status: 200 }],
  ['reject', { status: 700 }],
  ['reject', { status: 486, reason: 5 }],
  ['reject', { status: 486, reason: 'a\r\nb: c' }],
  ['redirect', {}],
  ['redirect', { contact: [] }],
  ['redirect', { contact: ['sip:a@b', 5] }],
  ['redirect', { contact: '' }],
  ['redirect', { contact: 'nowhere' }],
  ['redirect', { contact: 'sip:a@b\nX: y' }],
  ['proxy', {}],
  ['proxy', { destination: [] }],
  ['proxy', { destination: 'tel:+49' }],
  ['proxy', { destination: 'sip:a@b', recordRoute: 'yes' }],
  ['proxy', { destination: 'sip:a@b', simultaneous: 1 }],
  ['proxy', { destination: 'sip:a@b', followRedirects: null }],
  ['proxy', { destination: 'sip:a@b', provisionalTimeout: 5 }],
  ['proxy', { destination: 'sip:a@b', finalTimeout: 'soon' }],
  ['route', {}],
  ['route', { uri: 'app.example' }],
  ['route', { uri: 5 }],
  ['route', { tag: '' }],
  ['route', { tag: 'a b' }],
  ['dance', {}],
  [undefined, {}],
])('%s with %j is invalid', (action, data) => {
  expect(read(action, data)).toMatchObject({ action: 'invalid', why: expect.any(String) });
});

test.each(['', 'null', '5', '"reject"', '[]', '{"action":"reject"'])(
  'the answer %j is invalid',
  (body) => {
    expect(readRouteAnswer(body).action).toBe('invalid');
  },
);
