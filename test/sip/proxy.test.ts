import { startApp, type App, type Proxied } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { waitFor, within } from '../support/wait';
import { parseMessage, type SipMessage } from '../../sip/message/sip-message';

/** Requests that an app gives away with `proxyRequest`: forking, answers, and what follows. */

let engine: Engine;
let app: App;
let caller: Phone;
let one: Phone;
let two: Phone;
let outcome: Promise<Proxied>;

beforeEach(async () => {
  engine = await startEngine();
  [caller, one, two] = [await Phone.udp(), await Phone.udp(), await Phone.udp()];
});

afterEach(async () => {
  for (const phone of [caller, one, two]) phone.close();
  app.disconnect();
  await engine.close();
});

const at = (phone: Phone) => `sip:phone@127.0.0.1:${phone.port}`;

/** An app that proxies everything to these targets. */
async function proxying(targets: string[], options: object = {}): Promise<void> {
  let settle: (result: Promise<Proxied>) => void;
  outcome = new Promise((resolve) => (settle = resolve));
  const take = (req: Parameters<App['proxyRequest']>[0]) => {
    settle(app.proxyRequest(req, targets, options));
  };
  app = await startApp(engine, {
    routes: (a) => {
      a.invite(take);
      a.message(take);
      a.register(take);
    },
  });
}

const statuses = ({ responses }: Proxied) =>
  responses.flatMap(({ msgs }) => msgs.map(({ status }) => status));

function invite(): string {
  return caller.ask(engine.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKinvite' });
}

/** The caller acknowledges a failure: same branch as the INVITE. */
function ackFailure(response: SipMessage): void {
  const toTag = response.toTag as string;
  caller.ask(engine.udpPort, { method: 'ACK', toTag, branch: 'z9hG4bKinvite' });
}

test('a call goes through with our Via on top and one hop less, and comes back without', async () => {
  await proxying([at(one)]);
  invite();
  const request = await one.request('INVITE');
  expect(request.uri).toBe(at(one));
  expect(request.all('via')).toHaveLength(2);
  expect(request.get('max-forwards')).toBe('69');
  expect(request.body).toBe(SDP);
  expect(request.has('record-route')).toBe(false);
  one.answer(request, 100);
  one.answer(request, 180);
  const ringing = await caller.response(180);
  expect(ringing.all('via')).toHaveLength(1);
  one.answer(request, 200, { body: SDP });
  const ok = await caller.response(200);
  expect(ok.toTag).toBe(one.tag);
  expect(ok.get('contact')).toBe(one.contact);
  expect(ok.body).toBe(SDP);
  const result = await within('the outcome', outcome);
  expect(result.connected).toBe(true);
  expect(statuses(result)).toEqual([200]);
  expect(caller.count((m) => m.status === 100)).toBe(1);
});

test('a Request-URI that names somebody else is kept', async () => {
  await proxying([at(one)]);
  caller.ask(engine.udpPort, { method: 'INVITE', uri: 'sip:400@elsewhere.example', body: SDP });
  expect((await one.request('INVITE')).uri).toBe('sip:400@elsewhere.example');
});

test('a repeated 200 of the target reaches the caller again', async () => {
  await proxying([at(one)]);
  invite();
  const request = await one.request('INVITE');
  one.answer(request, 200);
  await caller.response(200);
  one.answer(request, 200);
  await waitFor('a second 200', () => caller.count((m) => m.status === 200) === 2);
});

test('in a row, the next target is tried after a refusal, and the best refusal is the answer', async () => {
  await proxying([at(one), at(two)]);
  invite();
  one.answer(await one.request('INVITE'), 480);
  await one.request('ACK');
  two.answer(await two.request('INVITE'), 503);
  const answer = await caller.response(480);
  ackFailure(answer);
  const result = await within('the outcome', outcome);
  expect(result.connected).toBe(false);
  expect(statuses(result)).toEqual([480, 503]);
});

test('a 503 of the only target is not passed on as ours', async () => {
  await proxying([at(one)]);
  invite();
  one.answer(await one.request('INVITE'), 503);
  ackFailure(await caller.response(500));
});

test('at once, the first to answer wins and the others are cancelled', async () => {
  await proxying([at(one), at(two)], { forking: 'simultaneous' });
  invite();
  const [first, second] = await Promise.all([one.request('INVITE'), two.request('INVITE')]);
  one.answer(first, 180);
  two.answer(second, 180);
  await waitFor('both ring', () => caller.count((m) => m.status === 180) === 2);
  two.answer(second, 200);
  one.answer(await one.request('CANCEL'), 200);
  one.answer(first, 487);
  expect((await caller.response(200)).toTag).toBe(two.tag);
  await one.request('ACK');
  expect((await within('the outcome', outcome)).connected).toBe(true);
  expect(caller.count((m) => m.status === 487)).toBe(0);
});

test("a caller's CANCEL is answered and goes to the target", async () => {
  await proxying([at(one), at(two)]);
  invite();
  const request = await one.request('INVITE');
  one.answer(request, 180);
  await caller.response(180);
  caller.ask(engine.udpPort, { method: 'CANCEL', branch: 'z9hG4bKinvite' });
  await caller.response(200, 'CANCEL');
  one.answer(await one.request('CANCEL'), 200);
  one.answer(request, 487);
  ackFailure(await caller.response(487));
  expect((await within('the outcome', outcome)).connected).toBe(false);
  expect(two.got.length).toBe(0);
});

test('a target that gives no sign of life in time is passed over', async () => {
  await proxying([at(one), at(two)], { provisionalTimeout: '200ms' });
  invite();
  await one.request('INVITE');
  two.answer(await two.request('INVITE'), 200);
  expect((await caller.response(200)).toTag).toBe(two.tag);
});

test('targets that never answer make a 408, and nothing is left', async () => {
  await proxying([at(one)]);
  invite();
  ackFailure(await caller.response(408));
  expect(statuses(await within('the outcome', outcome))).toEqual([]);
  await waitFor('all transactions to end', () => engine.load().transactions === 0);
});

test('a redirection is followed when the app wants that, and passed on when not', async () => {
  await proxying([at(one)], { followRedirects: true });
  invite();
  one.answer(await one.request('INVITE'), 302, { headers: [`Contact: <${at(two)};x=1>`] });
  const redirected = await two.request('INVITE');
  expect(redirected.uri).toBe(`${at(two)};x=1`);
  two.answer(redirected, 200);
  await caller.response(200);
});

test('Max-Forwards 0 is the end of the way', async () => {
  await proxying([at(one)]);
  const text = caller.ask(engine.udpPort, { method: 'OPTIONS' });
  const last = text.replace(/OPTIONS/g, 'MESSAGE').replace('Max-Forwards: 70', 'Max-Forwards: 0');
  caller.again(last.replace('branch=', 'branch=z9hG4bKlast'), engine.udpPort);
  await caller.response(483, 'MESSAGE');
  await expect(outcome).rejects.toContain('483');
});

test('requests in the dialog pass when we recorded ourselves, and no app sees them', async () => {
  await proxying([at(one)], { remainInDialog: true });
  invite();
  const request = await one.request('INVITE');
  const route = request.get('record-route') as string;
  expect(route).toContain(`127.0.0.1:${engine.udpPort};lr`);
  one.answer(request, 200, { headers: [`Record-Route: ${route}`], body: SDP });
  const ok = await caller.response(200);
  expect(ok.get('record-route')).toBe(route);
  const inside = { toTag: one.tag, uri: at(one), headers: [`Route: ${route}`] };
  caller.ask(engine.udpPort, { method: 'ACK', ...inside });
  const ack = await one.request('ACK');
  expect(ack.has('route')).toBe(false);
  caller.ask(engine.udpPort, { method: 'BYE', cseq: 2, ...inside });
  const bye = await one.request('BYE');
  expect(bye.all('via')).toHaveLength(2);
  one.answer(bye, 200);
  const gone = await caller.response(200, 'BYE');
  expect(gone.all('via')).toHaveLength(1);
});

test('a copy of a passed request keeps its branch', async () => {
  await proxying([at(one)], { remainInDialog: true });
  invite();
  const request = await one.request('INVITE');
  const headers = [`Route: ${request.get('record-route')}`];
  const text = caller.ask(engine.udpPort, {
    method: 'INFO',
    toTag: 'any',
    uri: at(one),
    headers,
  });
  caller.again(text, engine.udpPort);
  const branches = () => one.got.all.filter((m) => m.method === 'INFO').map((m) => m.via?.branch);
  await waitFor('both copies', () => branches().length === 2);
  expect(branches()[0]).toBe(branches()[1]);
});

test('an answer whose way back was changed goes to nobody', async () => {
  await proxying([at(one)], { remainInDialog: true });
  invite();
  const headers = [`Route: ${(await one.request('INVITE')).get('record-route')}`];
  const inside = { method: 'INFO', toTag: 'any', uri: at(one), headers };
  caller.ask(engine.udpPort, inside);
  const info = await one.request('INFO');
  const changed = info.text.replace(`rport=${caller.port}`, `rport=${two.port}`);
  one.answer(parseMessage(changed) as SipMessage, 403);
  one.answer(info, 200);
  await caller.response(200, 'INFO');
  caller.ask(engine.udpPort, { ...inside, cseq: 2 });
  one.answer(await one.request('INFO', one.got.all.indexOf(info) + 1), 200);
  await waitFor('the second answer', () => caller.count((m) => m.cseqMethod === 'INFO') === 2);
  expect(two.got.length).toBe(0);
});

test('a Route that we did not write for this dialog opens no way through us', async () => {
  await proxying([at(one)], { remainInDialog: true });
  invite();
  const route = (await one.request('INVITE')).get('record-route') as string;
  const headers = [`Route: ${route}`, `Route: <${at(two)};lr>`];
  caller.ask(engine.udpPort, { method: 'BYE', toTag: 'x', callId: 'another', headers });
  await caller.response(481, 'BYE');
  expect(two.got.length).toBe(0);
});

test('over two transports both our sides are recorded', async () => {
  await proxying([at(one)], { remainInDialog: true });
  const tcp = await Phone.tcp(engine.tcpPort);
  tcp.ask(engine.tcpPort, { method: 'INVITE', body: SDP });
  const records = (await one.request('INVITE')).all('record-route');
  expect(records).toHaveLength(2);
  expect(records[0]).toContain(`:${engine.udpPort};lr`);
  expect(records[1]).toContain(`:${engine.tcpPort};transport=tcp;lr`);
  tcp.close();
});

test('a target that cannot be reached is passed over', async () => {
  await proxying([`${at(one)};transport=tcp`, 'sip:no-such-host.invalid', at(two)]);
  invite();
  two.answer(await two.request('INVITE'), 200);
  await caller.response(200);
});

test('a REGISTER takes a Path along', async () => {
  await proxying([at(one)], { remainInDialog: true });
  caller.ask(engine.udpPort, { method: 'REGISTER' });
  const request = await one.request('REGISTER');
  expect(request.get('path')).toContain(`127.0.0.1:${engine.udpPort}`);
  expect(request.get('require')).toBe('path');
  one.answer(request, 200);
  await caller.response(200, 'REGISTER');
});
