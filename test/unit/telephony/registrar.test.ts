import { bound, plan, RegisteringPhone } from './registering-phone';

let phone: RegisteringPhone;
beforeEach(() => {
  phone = new RegisteringPhone();
  phone.registrar.applyPlan(plan);
});
afterEach(() => phone.close());

const contact = '<sip:8001@192.168.1.9:5070>';
const ofPhone = (id: string) => phone.events.filter((e) => 'phoneId' in e && e.phoneId === id);

test('a REGISTER without credentials is challenged and binds nothing', async () => {
  const answer = await phone.send({ Contact: contact });
  expect(answer.status).toBe(401);
  expect(answer.headers['WWW-Authenticate']).toContain('realm="openline"');
  expect(phone.registrar.target('8001')).toBeUndefined();
});

test('a registered phone is reached through the address its REGISTER came from', async () => {
  const answer = await phone.register({ Contact: contact, Expires: '600' });
  expect(answer).toEqual({
    status: 200,
    headers: { Contact: '<sip:8001@192.168.1.9:5070>;expires=300' },
  });
  expect(phone.registrar.target('8001')).toEqual({
    uri: 'sip:8001@192.168.1.9:5070',
    proxy: 'sip:127.0.0.1:5070',
    secure: false,
  });
  expect(ofPhone('8001')).toMatchObject([{ type: 'phone.reachable' }]);
});

test('every place of several phones is a way, the newest of a phone first and a shared one once', async () => {
  await phone.register({ Contact: '<sip:a@192.0.2.1>' });
  await phone.register({ Contact: '<sip:b@192.0.2.2>', 'Call-ID': 'two' });
  const ways = phone.registrar.ways(['8001', '8002', '8001']);
  expect(ways.map(({ phoneId, target }) => [phoneId, target.uri])).toEqual([
    ['8001', 'sip:b@192.0.2.2'],
    ['8001', 'sip:a@192.0.2.1'],
    ['8002', 'sip:a@127.0.0.1:5190'],
  ]);
});

test('registering again says nothing new; expires=0 makes the phone unreachable', async () => {
  await phone.register({ Contact: contact });
  await phone.register({ Contact: contact });
  await phone.register({ Contact: `${contact};expires=0` });
  expect(ofPhone('8001').map((e) => e.type)).toEqual(['phone.reachable', 'phone.unreachable']);
  expect(phone.registrar.target('8001')).toBeUndefined();
});

test('Contact: * takes every binding away', async () => {
  await phone.register({ Contact: contact });
  expect((await phone.register({ Contact: '*', Expires: '0' })).status).toBe(200);
  expect(phone.registrar.target('8001')).toBeUndefined();
});

test('a binding that was not renewed ends', async () => {
  await phone.register({ Contact: contact, Expires: '60' });
  phone.now += 61_000;
  expect(phone.registrar.target('8001')).toBeUndefined();
});

test("one phone's password does not register another phone", async () => {
  await phone.register({ Contact: contact });
  const answer = await phone.send({
    To: '<sip:8002@openline>',
    Contact: contact,
    Authorization: phone.credentials('8001'),
  });
  expect(answer.status).toBe(403);
  expect(phone.events.at(-1)).toMatchObject({ phone: '8002', what: 'NOT_THIS_PHONE' });
});

test('by the page of another person no phone registers, whatever password is known there', async () => {
  phone.pages.set(7, 'li').set(8, 'wang');
  expect((await phone.register({ Contact: contact }, { port: 7 })).status).toBe(403);
  expect(phone.events.at(-1)).toMatchObject({ phone: '8001', what: 'NOT_THIS_PERSON' });
  expect(phone.registrar.target('8001')).toBeUndefined();
  expect((await phone.register({ Contact: contact }, { port: 8 })).status).toBe(200);
});

test('a page has a phone for as long as that is its person’s', async () => {
  phone.pages.set(8, 'wang');
  await phone.register({ Contact: contact }, { port: 8 });
  await phone.register({ Contact: '<sip:desk@192.0.2.1>', 'Call-ID': 'two' }, { port: 9 });
  const phones = plan.phones.map((one) => ({ ...one, person: 'li' }));
  phone.registrar.applyPlan({ ...plan, phones });
  expect(phone.registrar.ways(['8001']).map(({ target }) => target.uri)).toEqual([
    'sip:desk@192.0.2.1',
  ]);
});

test('a phone that counts no uses of a nonce is challenged again, and that is no replay', async () => {
  await phone.register({ Contact: contact });
  const same = { Contact: contact, Authorization: phone.credentials('8001') };
  expect((await phone.send(same)).status).toBe(200);
  const replays = () => phone.events.filter(({ type }) => type === 'registration.refused');
  expect((await phone.send(same)).headers['WWW-Authenticate']).toContain('stale=true');
  expect(replays()).toEqual([]);
  await phone.send(same, { port: 5071 });
  expect(replays()).toMatchObject([{ who: '127.0.0.1', phone: '8001', what: 'REPLAYED' }]);
});

test('an older REGISTER that arrives late does not undo a newer one', async () => {
  await phone.register({ Contact: contact });
  const late = await phone.send({
    Contact: `${contact};expires=0`,
    CSeq: '1 REGISTER',
    Authorization: phone.credentials('8001'),
  });
  expect(late.status).toBe(500);
  expect(phone.registrar.target('8001')).toBeDefined();
});

test('a static phone is reachable from the plan on, and known by its address', async () => {
  expect(ofPhone('8002')).toMatchObject([{ type: 'phone.reachable' }]);
  expect(phone.registrar.target('8002')).toEqual({ uri: 'sip:a@127.0.0.1:5190', secure: false });
  expect(phone.registrar.phoneAt('127.0.0.1', 5190)).toBe('8002');
  expect(phone.registrar.phoneAt('127.0.0.1', 5191)).toBeUndefined();
});

test.each([
  ['sips:a@192.0.2.1', true],
  ['sip:a@192.0.2.1:5061;transport=TLS', true],
  ['<sip:a@192.0.2.1;transport=wss>', true],
  ['sip:a@192.0.2.1;transport=tcp', false],
  ['sip:tls@192.0.2.1', false],
])('a static phone at %s has encrypted signalling: %s', async (contact, secure) => {
  const common = { id: '8002', person: 'li', autoReady: true, watch: true };
  phone.registrar.applyPlan({ ...plan, phones: [{ ...common, kind: 'static', contact }] });
  expect(phone.registrar.target('8002')?.secure).toBe(secure);
});

test('a phone that left the plan is unreachable', async () => {
  await phone.register({ Contact: contact });
  phone.registrar.applyPlan({ ...plan, phones: [] });
  expect(phone.registrar.target('8001')).toBeUndefined();
  expect(ofPhone('8001').at(-1)?.type).toBe('phone.unreachable');
});

test('a nonce of the app before is stale, which is no refusal: the same phone is let in by a new one', async () => {
  await phone.register({ Contact: contact });
  const before = { Contact: contact, Authorization: phone.credentials('8001') };
  await phone.restart();
  const { status, headers } = await phone.send(before);
  expect([status, headers['WWW-Authenticate']]).toEqual([
    401,
    expect.stringContaining('stale=true'),
  ]);
  expect(phone.events.filter(({ type }) => type === 'registration.refused')).toEqual([]);
  expect((await phone.register({ Contact: contact })).status).toBe(200);
});

test('registrations come back after a restart of the app', async () => {
  await phone.register({ Contact: contact });
  await phone.restart();
  expect(phone.registrar.target('8001')?.uri).toBe('sip:8001@192.168.1.9:5070');
});

test.each([
  ['udp', '', '3600', 300],
  ['udp', ';expires=200', '60', 200],
  ['udp', '', 'soon', 300],
  ['tcp', '', '600', 120],
  ['tls', ';expires=90', '600', 90],
  ['wss', '', '600', 120],
])(
  'over %s, `Contact%s` with Expires %s is granted %i s',
  async (protocol, own, Expires, seconds) => {
    const answer = await phone.register({ Contact: `${contact}${own}`, Expires }, { protocol });
    expect(bound(answer)).toEqual([['sip:8001@192.168.1.9:5070', seconds]]);
  },
);

test.each([
  ['an interval too brief', { Contact: contact, Expires: '9' }, 423],
  ['one too brief among two', { Contact: `<sip:a@192.0.2.1>, ${contact};expires=5` }, 423],
  ['* with time', { Contact: '*', Expires: '60' }, 400],
  ['* beside another', { Contact: `*, ${contact}`, Expires: '0' }, 400],
  ['a contact with headers', { Contact: '<sip:a@192.0.2.1?Route=%3Csip:b%3E>' }, 400],
  ['a contact that is no SIP URI', { Contact: '<tel:+861380000>' }, 400],
  ['six contacts', { Contact: [1, 2, 3, 4, 5, 6].map((n) => `<sip:a@192.0.2.${n}>`).join() }, 403],
])('%s is refused and changes nothing', async (_what, headers, status) => {
  await phone.register({ Contact: contact });
  const answer = await phone.register(headers);
  expect(answer.status).toBe(status);
  if (status === 423) expect(answer.headers['Min-Expires']).toBe('10');
  expect(bound(await phone.register({}))).toEqual([['sip:8001@192.168.1.9:5070', 300]]);
});

test('a REGISTER without Contact asks what is bound, and changes nothing', async () => {
  expect(await phone.register({})).toEqual({ status: 200, headers: {} });
  await phone.register({ Contact: '<sip:a@192.0.2.1>' });
  await phone.register({ Contact: '<sip:b@192.0.2.2>', 'Call-ID': 'two' });
  phone.now += 10_000;
  expect(bound(await phone.register({}))).toEqual([
    ['sip:a@192.0.2.1', 290],
    ['sip:b@192.0.2.2', 290],
  ]);
});

test('the newest of several bindings is called; a refresh of an older one does not change that', async () => {
  await phone.register({ Contact: '<sip:a@192.0.2.1>' });
  await phone.register({ Contact: '<sip:b@192.0.2.2>', 'Call-ID': 'two' });
  phone.now += 60_000;
  const refreshed = await phone.register({ Contact: '<sip:a@192.0.2.1>' });
  expect(bound(refreshed)).toEqual([
    ['sip:a@192.0.2.1', 300],
    ['sip:b@192.0.2.2', 240],
  ]);
  expect(phone.registrar.target('8001')?.uri).toBe('sip:b@192.0.2.2');
  await phone.register({ Contact: '<sip:b@192.0.2.2>;expires=0', 'Call-ID': 'two' });
  expect(phone.registrar.target('8001')?.uri).toBe('sip:a@192.0.2.1');
  // The phone was started anew: a new registration of the same contact.
  await phone.register({ Contact: '<sip:c@192.0.2.3>', 'Call-ID': 'three' });
  await phone.register({ Contact: '<sip:a@192.0.2.1>', 'Call-ID': 'four' });
  expect(phone.registrar.target('8001')?.uri).toBe('sip:a@192.0.2.1');
});

test('of six places the oldest is forgotten', async () => {
  for (const n of [1, 2, 3, 4, 5, 6])
    await phone.register(
      { Contact: `<sip:a@192.0.2.${n}>`, 'Call-ID': `${n}` },
      { port: 6000 + n },
    );
  const uris = bound(await phone.register({})).map(([uri]) => uri);
  expect(uris).toEqual([2, 3, 4, 5, 6].map((n) => `sip:a@192.0.2.${n}`));
  expect(phone.registrar.phoneAt('127.0.0.1', 6001)).toBeUndefined();
  expect(phone.registrar.phoneAt('127.0.0.1', 6006)).toBe('8001');
});

test('a flow made anew takes the place of the broken one (RFC 5626)', async () => {
  const flow = (uri: string, reg: number) => `<${uri}>;+sip.instance="<urn:uuid:1>";reg-id=${reg}`;
  const Supported = 'path, outbound';
  const tcp = { protocol: 'tcp' };
  const answer = await phone.register(
    { Contact: flow('sip:a@x.invalid;transport=ws', 1), Supported },
    tcp,
  );
  expect(answer.headers['Require']).toBe('outbound');
  await phone.register({ Contact: flow('sip:b@x.invalid;transport=ws', 2), Supported }, tcp);
  const uris = await phone.register(
    { Contact: flow('sip:c@x.invalid;transport=ws', 1), Supported },
    tcp,
  );
  expect(bound(uris).map(([uri]) => uri)).toEqual([
    'sip:b@x.invalid;transport=ws',
    'sip:c@x.invalid;transport=ws',
  ]);
  expect(phone.registrar.target('8001')?.uri).toBe('sip:c@x.invalid;transport=ws');
});
