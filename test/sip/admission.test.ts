import { ALWAYS_ADMITTED } from '../../sip/admission/progress';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { RawApp } from './support/raw-app';
import { waitFor } from '../support/wait';

/** An app that does not keep up: new calls wait in order at the edge, and nothing else does. */

let engine: Engine;
let app: RawApp;
let phone: Phone;
/** Calls beyond those that are always admitted. */
let serial = 5000;

async function start(lineLimit: number): Promise<void> {
  engine = await startEngine({ lineLimit });
  app = await RawApp.start(engine, 'invite', 'options');
  phone = await Phone.udp();
  sent = 0;
}

afterEach(async () => {
  phone.close();
  app.close();
  await engine.close();
});

let sent = 0;

function call(n: number): void {
  sent++;
  phone.ask(engine.udpPort, { method: 'INVITE', callId: `call-${n}`, body: SDP });
}

/** INVITEs that the app was given, by Call-ID, with the id to answer them by. */
const given = () =>
  app.heard.all
    .filter((message) => message.includes('\r\nINVITE '))
    .map((message) => ({
      callId: /^Call-ID: (.*)\r$/m.exec(message)?.[1] ?? '',
      id: message.split('|')[8] ?? '',
      text: message.slice(message.indexOf('\r\n') + 2),
    }));

/** The app gives its first response to the call. */
function answer(n: number, status: number): void {
  const { id, text } = given()[n] as { id: string; text: string };
  const header = (name: string) => new RegExp(`^${name}: (.*)\\r$`, 'm').exec(text)?.[1] ?? '';
  const lines = ['Call-ID', 'CSeq', 'From', 'To'].map((name) => `${name}: ${header(name)}`);
  app.say(`a${n}|sip|${id}||\r\nSIP/2.0 ${status} X\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/** The app has as many calls as it is always given, and answers none for long enough. */
async function overwhelmed(): Promise<void> {
  for (let i = 0; i < ALWAYS_ADMITTED; i++) call(i);
  await waitFor('the app to be given them', () => given().length === ALWAYS_ADMITTED);
  await waitFor('it to be behind', () => {
    call(++serial);
    return engine.counters.stoodInLine > 0;
  });
  await waitFor('all to have arrived', () => phone.count(({ status }) => status === 100) === sent);
}

test('who comes then waits, hears that it rings, and is passed on in order', async () => {
  await start(5000);
  await overwhelmed();
  const [passed, stood] = [given().length, engine.counters.stoodInLine];
  call(1000);
  call(1001);
  await waitFor('both to stand in line', () => engine.counters.stoodInLine === stood + 2);
  expect(given()).toHaveLength(passed);
  await phone.got.next('180', ({ status, callId }) => status === 180 && callId === 'call-1000');
  for (let i = 0; i < passed; i++) answer(i, 180);
  await waitFor('the rest to be given', () => given().length === passed + stood + 2);
  const last = given().slice(-2);
  expect(last.map(({ callId }) => callId)).toEqual(['call-1000', 'call-1001']);
}, 20_000);

test('other requests pass meanwhile; a full line refuses with Retry-After', async () => {
  await start(2);
  await overwhelmed();
  await waitFor('the line to be full', () => {
    call(++serial);
    return engine.counters.overCapacity > 0;
  });
  const refused = await phone.response(503);
  expect(refused.get('retry-after')).toBe('2');
  phone.ask(engine.udpPort, { method: 'OPTIONS', callId: 'asks' });
  await app.heard.next('the OPTIONS', (message) => message.includes('\r\nOPTIONS '));
  const passed = given().length;
  for (let i = 0; i < passed; i++) answer(i, 180);
  await waitFor('the line to be empty', () => given().length === passed + 2);
}, 20_000);

test('who gives up in line is answered 487 and the app never hears of him', async () => {
  await start(5000);
  await overwhelmed();
  const ask = { callId: 'gives-up', branch: 'z9hG4bKgivesup' };
  const [passed, stood] = [given().length, engine.counters.stoodInLine];
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, ...ask });
  await waitFor('him to stand in line', () => engine.counters.stoodInLine === stood + 1);
  phone.ask(engine.udpPort, { method: 'CANCEL', ...ask });
  await phone.response(487);
  for (let i = 0; i < passed; i++) answer(i, 180);
  await waitFor('the others to be given', () => given().length === passed + stood);
  expect(app.heard.all.some((message) => message.includes('gives-up'))).toBe(false);
});

test('when the app goes, those in line are treated like all that it had', async () => {
  await start(5000);
  await overwhelmed();
  app.close();
  await phone.response(503);
});
