/**
 * Whoever tries to place a call at our cost: strangers, phones with stolen or repeated credentials, numbers written
 * so that they look cheaper than they are, carriers and phones that would send us elsewhere. Nothing of it reaches
 * the carrier, and all of it is audited. Real engine of SIP, real app, no database.
 */
import { UNUSED } from '../../src/domain/dial/budget';
import { createHash } from 'node:crypto';
import type { SipMessage } from '../../sip/message/sip-message';
import type { Plan } from '../../src/domain/plan';
import { SystemClock } from '../../src/engine/clock';
import { ContactCentre } from '../../src/engine/contact-centre';
import { uuidv7Maker } from '../../src/engine/id';
import { ha1, parseDigest } from '../../src/telephony/digest';
import { FakeAttempts } from '../support/centre/attempts';
import { FakeJournal } from '../support/centre/journal';
import { FakeLookup, FakePins, FakePush } from '../support/centre/world';
import { waitFor } from '../support/wait';
import { Phone, SDP } from './support/phone';
import { planWith, startEdge, startTestApp, type Edge, type TestApp } from './telephony/support';

let edge: Edge;
let app: TestApp;
let engine: ContactCentre | undefined;
let clock: SystemClock;
const journal = new FakeJournal();
/** Wang's, with a password; Li's, at a fixed address. */
let wang: Phone;
let li: Phone;
/** The carrier's gateway, also an address that calls come from. */
let carrier: Phone;
let stranger: Phone;

const MOBILE = '13800138000';

function planOf(): Plan {
  const plan = planWith(li.port);
  const to = [{ address: `sip:127.0.0.1:${carrier.port}`, priority: 0, weight: 1 }];
  return {
    ...plan,
    trunks: plan.trunks.map((trunk) => ({ ...trunk, to, area: '010' })),
    phones: plan.phones.map((one) => (one.kind === 'static' ? { ...one, watch: false } : one)),
    numbers: { outsidePrefixes: ['9'] },
  };
}

beforeAll(async () => {
  [wang, li, carrier] = [await Phone.udp(), await Phone.udp(), await Phone.udp()];
  stranger = await Phone.udp('127.0.0.9');
  edge = await startEdge();
  const plan = planOf();
  app = await startTestApp(edge, { plan, heard: (event) => engine?.submit(event) });
  clock = new SystemClock((event) => engine?.submit(event));
  engine = new ContactCentre({
    ...{ telephony: app.telephony, media: app.calls, journal, push: new FakePush(), clock },
    ...{
      lookup: new FakeLookup(),
      pins: new FakePins(),
      acknowledged: { has: () => true },
      attempts: new FakeAttempts(journal),
      makeId: uuidv7Maker(),
    },
    log: { info: () => undefined, warn: () => undefined, error: console.error },
  });
  engine.start(plan, { agents: [], promises: [], budget: UNUSED, blocks: [], hotlines: [] });
  for (const event of app.events.all) engine.submit(event);
  await register();
  engine.signIn('wang');
}, 30_000);

afterAll(async () => {
  clock.close();
  app.close();
  for (const phone of [wang, li, carrier, stranger]) phone.close();
  await edge.close();
});

/** Nothing of this file's refusals was ever dialled. */
const dialled = (): string[] =>
  carrier.got.all.filter(({ method }) => method === 'INVITE').map(({ uri = '' }) => uri);

const audit = () => journal.of('audit.noted').map(({ who, subject }) => `${who}: ${subject}`);

let serial = 0;

interface Attempt {
  uri: string;
  headers?: string[];
}

/** Sends an INVITE of its own Call-ID and resolves with its final answer. */
async function invites(from: Phone, { uri, headers = [] }: Attempt): Promise<SipMessage> {
  const callId = `fraud-${++serial}`;
  from.ask(edge.udpPort, { method: 'INVITE', uri, callId, headers, body: SDP });
  return from.got.next(
    `an answer for ${uri}`,
    (answer) => answer.callId === callId && answer.status >= 200,
  );
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

interface Credentials {
  header: string;
  method: string;
  uri: string;
  nc?: string;
  password?: string;
}

/** What Wang's phone answers to a challenge. */
function credentials(
  challenge: string,
  { header, method, uri, nc = '00000001', password = 'secret' }: Credentials,
): string {
  const { realm = '', nonce = '' } = parseDigest(challenge);
  const secret = ha1('8001', realm, password);
  const response = md5(`${secret}:${nonce}:${nc}:abc:auth:${md5(`${method}:${uri}`)}`);
  return (
    `${header}: Digest username="8001", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=MD5, cnonce="abc", qop=auth, nc=${nc}`
  );
}

/** What the phone was let in with. */
let registeredWith = '';

const md5Of = (answer: SipMessage, header: string): string =>
  answer.all(header).find((one) => one.includes('MD5')) ?? '';

async function register(): Promise<void> {
  const ask = { method: 'REGISTER', to: '<sip:8001@127.0.0.1>', uri: 'sip:127.0.0.1' };
  wang.ask(edge.udpPort, { ...ask, cseq: 1 });
  const challenge = md5Of(await wang.response(401), 'www-authenticate');
  registeredWith = credentials(challenge, registering);
  wang.ask(edge.udpPort, { ...ask, cseq: 2, headers: [registeredWith] });
  await wang.response(200);
}

const registering = { header: 'Authorization', method: 'REGISTER', uri: 'sip:127.0.0.1' };

const to = (user: string): string => `sip:${user}@127.0.0.1`;

/** A challenge for Wang's phone, as it gets one for any INVITE. */
async function challenged(): Promise<string> {
  const answer = await invites(wang, { uri: to(MOBILE) });
  expect(answer.status).toBe(407);
  return md5Of(answer, 'proxy-authenticate');
}

const own = { header: 'Proxy-Authorization', method: 'INVITE' };

describe('who is no phone', () => {
  test('is refused whatever his From and Contact say', async () => {
    const forged = ['P-Asserted-Identity: <sip:8001@127.0.0.1>'];
    const contact = wang.contact;
    const callId = `fraud-${++serial}`;
    const uri = to(MOBILE);
    stranger.ask(edge.udpPort, {
      ...{ method: 'INVITE', callId, uri, contact, headers: forged, body: SDP },
      sentBy: `127.0.0.1:${wang.port}`,
    });
    const answer = await stranger.got.next(
      'an answer',
      (one) => one.callId === callId && one.status >= 200,
    );
    expect(answer.status).toBe(403);
    expect(audit()).toContain(`127.0.0.9: ${uri} STRANGER`);
  });

  test('and of a hundred tries one is put down, so that he fills no table', async () => {
    for (let n = 0; n < 20; n++) await invites(stranger, { uri: to(`1380013800${n}`) });
    expect(audit().filter((line) => line.startsWith('127.0.0.9'))).toHaveLength(1);
  });

  test('a trunk reaches numbers of ours alone', async () => {
    expect((await invites(carrier, { uri: to(MOBILE) })).status).toBe(404);
    expect((await invites(carrier, { uri: to('110') })).status).toBe(404);
  });
});

describe('a phone with a password', () => {
  test('is challenged wherever it is registered, and with it its call goes out', async () => {
    const uri = to(MOBILE);
    const headers = [credentials(await challenged(), { ...own, uri })];
    const callId = `fraud-${++serial}`;
    wang.ask(edge.udpPort, { method: 'INVITE', uri, callId, headers, body: SDP });
    const invite = await carrier.request('INVITE');
    expect(invite.uri).toContain(`sip:${MOBILE}@`);
    carrier.answer(invite, 486);
    const busy = await wang.got.next('486', (m) => m.callId === callId && m.status >= 200);
    expect(busy.status).toBe(486);

    // The very same credentials again, by whoever heard them.
    expect((await invites(wang, { uri, headers })).status).toBe(407);
    expect(audit()).toContain(`8001: ${uri} REPLAYED`);
  });

  test('with another password it is refused', async () => {
    const uri = to(MOBILE);
    const headers = [credentials(await challenged(), { ...own, uri, password: 'guessed' })];
    expect((await invites(wang, { uri, headers })).status).toBe(407);
    expect(audit()).toContain(`8001: ${uri} WRONG_CREDENTIALS`);
  });

  test('credentials for one number are none for another', async () => {
    const headers = [credentials(await challenged(), { ...own, uri: to(MOBILE) })];
    const uri = to('13900139000');
    expect((await invites(wang, { uri, headers })).status).toBe(403);
    expect(audit()).toContain(`8001: ${uri} WRONG_CREDENTIALS`);
  });
});

describe('a phone that dials', () => {
  const full = [...'16812345'].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  test.each([
    ['premium', to('16812345'), 403],
    ['premium with its area', to('01016812345'), 403],
    ['premium behind an outside prefix', to('916812345'), 403],
    ['premium behind two of them', to('9916812'), 403],
    ['premium with its country', to('+8616812345'), 403],
    ['premium with 00', to('008616812345'), 403],
    ['premium behind a feature code', to('*72*16812345'), 403],
    ['premium in full-width digits', to(encodeURIComponent(full.join(''))), 404],
    ['premium of another country', to('0019005551234'), 403],
    ['abroad', to('+442079460000'), 403],
    ['abroad behind an outside prefix', to('900442079460000'), 403],
    ['a plus that is escaped', to('%2B19005551234'), 404],
    ['a blank that is escaped', to('9%2016812345'), 404],
    ['a digit that is escaped', to('%31%36812345'), 404],
    ['a host within the number', to(`${MOBILE}%40evil.example`), 404],
    ['a parameter of the number', to(`${MOBILE};phone-context=+1900`), 404],
    ['a tel URI with a context', 'tel:16812345;phone-context=+86', 404],
    ['a tel URI abroad', 'tel:+19005551234', 403],
    ['a tel URI with an extension', `tel:${MOBILE};ext=16812345`, 404],
    ['more digits than any number has', to('1'.repeat(24)), 403],
    ['far more', to('1'.repeat(60)), 404],
    ['help with a tail', to('110;16812345'), 404],
    ['help and more', to('11016812345'), 403],
    ['nothing', 'sip:127.0.0.1', 404],
  ])('%s: %s', async (_what, uri, status) => {
    const before = dialled();
    expect((await invites(li, { uri })).status).toBe(status);
    const said = uri.replace(/^(?:sips?|tel):/, '').replace(/@.*/, '');
    expect(
      audit().some((line) => line.startsWith('8002: ') && line.includes(said.slice(0, 40))),
    ).toBe(true);
    expect(dialled()).toEqual(before);
  });
});

describe('who would send us elsewhere', () => {
  test('a carrier is not followed to a premium number', async () => {
    const callId = `fraud-${++serial}`;
    const from = carrier.got.length;
    li.ask(edge.udpPort, { method: 'INVITE', uri: to(MOBILE), callId, body: SDP });
    const invite = await carrier.request('INVITE', from);
    carrier.answer(invite, 302, { headers: ['Contact: <sip:16812345@127.0.0.1>'] });
    const answer = await li.got.next('refusal', (m) => m.callId === callId && m.status >= 200);
    expect(answer.status).toBe(603);
    expect(audit()).toContain('carrier: <sip:16812345@127.0.0.1> DIVERSION');
    await waitFor('nothing to live on', () => engine?.calls().length === 0);
    expect(dialled().filter((uri) => uri.includes('16812345'))).toEqual([]);
  });

  test('nor a colleague’s phone', async () => {
    const callId = `fraud-${++serial}`;
    const from = wang.got.length;
    li.ask(edge.udpPort, { method: 'INVITE', uri: to('8001'), callId, body: SDP });
    const invite = await wang.request('INVITE', from);
    wang.answer(invite, 302, { headers: ['Contact: <sip:16812345@127.0.0.1>'] });
    const answer = await li.got.next('refusal', (m) => m.callId === callId && m.status >= 200);
    expect(answer.status).toBe(603);
    expect(audit()).toContain('wang: <sip:16812345@127.0.0.1> DIVERSION');
    expect(dialled().filter((uri) => uri.includes('16812345'))).toEqual([]);
  });
});

describe('who registers as a phone that he is not', () => {
  /** The answer to his REGISTER. */
  const registers = async (phone: string, headers: string[] = []): Promise<SipMessage> => {
    const callId = `fraud-${++serial}`;
    const aor = { to: `<sip:${phone}@127.0.0.1>`, uri: 'sip:127.0.0.1' };
    stranger.ask(edge.udpPort, { method: 'REGISTER', callId, ...aor, headers });
    return stranger.got.next('an answer', (one) => one.callId === callId && one.status >= 200);
  };
  const fresh = async (password: string): Promise<string[]> => {
    const challenge = md5Of(await registers('8001'), 'www-authenticate');
    return [credentials(challenge, { ...registering, password })];
  };

  test('with credentials that he has heard', async () => {
    expect((await registers('8001', [registeredWith])).status).toBe(401);
    expect(audit()).toContain('127.0.0.9: 8001 REPLAYED');
  });

  test('with a password that he guesses: once an hour, so that he fills no table', async () => {
    for (const guess of ['1234', '8001', 'guest']) await registers('8001', await fresh(guess));
    expect(audit().filter((line) => line === '127.0.0.9: 8001 WRONG_CREDENTIALS')).toHaveLength(1);
  });

  test('with the password of another phone', async () => {
    expect((await registers('8002', await fresh('secret'))).status).toBe(403);
    expect(audit()).toContain('127.0.0.9: 8002 NOT_THIS_PHONE');
  });

  test('and nobody’s calls go to him', () => {
    expect(dialled().length).toBeGreaterThan(0);
    expect(stranger.got.all.filter(({ method }) => method === 'INVITE')).toEqual([]);
    expect(app.events.all.filter(({ type }) => type === 'phone.reachable')).toHaveLength(2);
  });
});
