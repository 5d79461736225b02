import { mkdtempSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { DomainEvent } from '../../../src/domain/events';
import type { Plan } from '../../../src/domain/plan';
import { BindingJournal } from '../../../src/telephony/binding-journal';
import { ha1, parseDigest } from '../../../src/telephony/digest';
import type { SipRequest, SipResponse, SendOptions } from '../../../src/telephony/drachtio';
import { PhoneWatch } from '../../../src/telephony/phone-watch';
import { Registrar } from '../../../src/telephony/registrar';

const REALM = 'openline';
const log = pino({ level: 'silent' });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const plan: Plan = {
  sip: { realm: REALM },
  stores: [],
  trunks: [],
  queues: [],
  hotlines: [],
  people: [],
  phones: [
    {
      id: '8001',
      kind: 'register',
      person: 'wang',
      autoReady: false,
      ha1: ha1('8001', REALM, 'secret'),
    },
    {
      id: '8002',
      kind: 'static',
      person: 'li',
      autoReady: true,
      contact: 'sip:a@127.0.0.1:5190',
      watch: true,
    },
  ],
};

interface Sent {
  status: number;
  headers: Record<string, string>;
}

/** One phone that sends REGISTERs to a registrar of its own. */
class Phone {
  readonly events: DomainEvent[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'openline-registrar-'));
  now = 1_000_000;
  private cseq = 0;
  private nc = 0;
  private nonce = '';
  registrar = this.make();

  make(): Registrar {
    const journal = new BindingJournal(join(this.folder, 'bindings.jsonl'), log);
    const submit = (event: DomainEvent) => void this.events.push(event);
    const watch = (onChange: (phoneId: string) => void) =>
      new PhoneWatch({ ask: () => Promise.resolve('unasked'), onChange });
    return new Registrar({ submit, log, journal, watch, now: () => this.now });
  }

  /** `by`: how the request came; UDP from 127.0.0.1:5070 unless told. */
  send(
    headers: Record<string, string>,
    by: { protocol?: string; port?: number } = {},
  ): Promise<Sent> {
    const all: Record<string, string> = {
      To: '<sip:8001@openline>',
      'Call-ID': 'one',
      CSeq: `${++this.cseq} REGISTER`,
      ...headers,
    };
    const find = (name: string) => all[name];
    const req = {
      method: 'REGISTER',
      protocol: by.protocol ?? 'udp',
      source_address: '127.0.0.1',
      source_port: by.port ?? 5070,
      get: find,
      has: (name: string) => find(name) !== undefined,
    } as unknown as SipRequest;
    return new Promise((resolve) => {
      const res = {
        send: (status: number, options?: SendOptions) => {
          resolve({ status, headers: options?.headers ?? {} });
        },
      } as unknown as SipResponse;
      this.registrar.handle(req, res);
    });
  }

  /** Registers as a phone does: asks, is challenged once, answers. */
  async register(
    headers: Record<string, string>,
    by: { protocol?: string; port?: number } = {},
  ): Promise<Sent> {
    if (!this.nonce) {
      const challenge = (await this.send(headers)).headers['WWW-Authenticate'] ?? '';
      this.nonce = parseDigest(challenge).nonce ?? '';
    }
    return this.send({ ...headers, Authorization: this.credentials('8001') }, by);
  }

  credentials(user: string): string {
    const nc = (++this.nc).toString(16).padStart(8, '0');
    const ha2 = md5('REGISTER:sip:x');
    const response = md5(`${ha1(user, REALM, 'secret')}:${this.nonce}:${nc}:c:auth:${ha2}`);
    return `Digest username="${user}", realm="${REALM}", nonce="${this.nonce}", uri="sip:x", response="${response}", cnonce="c", qop=auth, nc=${nc}`;
  }

  close() {
    this.registrar.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let phone: Phone;
beforeEach(() => {
  phone = new Phone();
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

test('registrations come back after a restart of the app', async () => {
  await phone.register({ Contact: contact });
  phone.registrar.close();
  phone.registrar = phone.make();
  phone.registrar.applyPlan(plan);
  phone.registrar.restore();
  expect(phone.registrar.target('8001')?.uri).toBe('sip:8001@192.168.1.9:5070');
});

/** The contacts that an answer says are bound, with their seconds. */
const bound = ({ headers }: Sent) =>
  [...(headers['Contact'] ?? '').matchAll(/<([^>]*)>;expires=(\d+)/g)].map(([, uri, s]) => [
    uri,
    Number(s),
  ]);

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
