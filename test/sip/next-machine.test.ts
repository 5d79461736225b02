import { parseNetworks } from '../../sip/transport/address-networks';
import type { Dns } from '../../sip/transport/resolve';
import { startApp, type App } from './support/app';
import { startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';

/** Carriers by name (RFC 3263): which machine is called, and who comes next when it fails. */

let engine: Engine;
let app: App;
let first: Phone;
let second: Phone;

/** `carrier.test` has two machines over UDP, the first of them first. */
const dns: Dns = {
  naptr: () => Promise.resolve([]),
  srv: (name) =>
    Promise.resolve(
      name === '_sip._udp.carrier.test'
        ? [first, second].map(({ port }, priority) => ({
            name: 'machine.carrier.test',
            port,
            priority,
            weight: 0,
          }))
        : [],
    ),
  addresses: () => Promise.resolve(['127.0.0.1']),
};

beforeEach(async () => {
  [first, second] = [await Phone.udp(), await Phone.udp()];
  const { networks } = parseNetworks('carrier 127.0.0.1 203.0.113.7 127.0.0.0/8');
  engine = await startEngine({ dns, networks });
  app = await startApp(engine);
});

afterEach(async () => {
  app.disconnect();
  await engine.close();
  first.close();
  second.close();
});

const call = (uri = 'sip:400@carrier.test') => app.createUAC(uri, { localSdp: SDP });

test('after a 503 the next machine gets the same call in a transaction of its own', async () => {
  const dialog = call();
  const refused = await first.request('INVITE');
  first.answer(refused, 503);
  await first.request('ACK');
  const invite = await second.request('INVITE');
  for (const header of ['call-id', 'cseq', 'from', 'to']) {
    expect(invite.get(header)).toBe(refused.get(header));
  }
  expect(invite.via?.branch).not.toBe(refused.via?.branch);
  second.answer(invite, 200, { body: SDP });
  await second.request('ACK');
  expect((await dialog).sip.callId).toBe(invite.callId);
});

test('a machine that does not answer is given up for the next one', async () => {
  const dialog = call();
  await first.request('INVITE');
  second.answer(await second.request('INVITE'), 200, { body: SDP });
  await dialog;
});

test('any other refusal is final', async () => {
  const dialog = call();
  first.answer(await first.request('INVITE'), 486);
  await expect(dialog).rejects.toMatchObject({ status: 486 });
  expect(second.got.length).toBe(0);
});

test('when the last machine refuses, the app is told', async () => {
  const dialog = call();
  first.answer(await first.request('INVITE'), 503);
  second.answer(await second.request('INVITE'), 503);
  await expect(dialog).rejects.toMatchObject({ status: 503 });
});

test('once a phone rang there, the call stays with the machine', async () => {
  const dialog = call();
  const invite = await first.request('INVITE');
  first.answer(invite, 180);
  first.answer(invite, 503);
  await expect(dialog).rejects.toMatchObject({ status: 503 });
  expect(second.got.length).toBe(0);
});

test('Via and Contact name the address that is advertised to the network of the peer', async () => {
  const dialog = call(`sip:400@127.0.0.1:${first.port}`);
  const invite = await first.request('INVITE');
  expect(invite.via).toMatchObject({ host: '203.0.113.7', port: engine.udpPort });
  expect(invite.get('contact')).toBe(`<sip:203.0.113.7:${engine.udpPort}>`);
  await expect(call(`sip:400@203.0.113.7:${engine.udpPort}`)).rejects.toBeDefined();
  first.answer(invite, 486);
  await expect(dialog).rejects.toMatchObject({ status: 486 });
});
