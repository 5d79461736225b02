import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startApp, type App } from './support/app';
import { SECRET, startEngine, type Engine } from './support/engine';
import { Phone, SDP } from './support/phone';
import { frame } from '../../sip/gateway/frames';
import { waitFor, within } from '../support/wait';

/** Who is turned away: apps without the secret, requests without an app, phones that guess. */

let engine: Engine;
let phone: Phone;
let app: App | undefined;

beforeEach(async () => {
  engine = await startEngine();
  phone = await Phone.udp();
});

afterEach(async () => {
  phone.close();
  app?.disconnect();
  app = undefined;
  await engine.close();
});

/** Says one thing on a bare connection; resolves with all that came until the engine closed it. */
async function untilClosed(...messages: string[]): Promise<string> {
  const socket: Socket = connect(engine.drachtio.port, '127.0.0.1');
  let got = '';
  socket.on('data', (data) => (got += data.toString()));
  await once(socket, 'connect');
  for (const message of messages) socket.write(message);
  await within('the connection to be closed', once(socket, 'close'));
  return got;
}

describe('an app', () => {
  test('with a wrong secret is told so and cut off', async () => {
    expect(await untilClosed(frame('1|authenticate|guess|'))).toContain(
      '|response|1|NO|incorrect secret',
    );
  });

  test('that speaks before it authenticates is refused', async () => {
    expect(await untilClosed(frame('1|route|invite'))).toContain('|response|1|NO|');
  });

  test('that sends what is no message is refused', async () => {
    const hello = frame(`1|authenticate|${SECRET}|`);
    expect(await untilClosed(hello, frame('2|nonsense'))).toContain('|2|NO|Unknown message type');
    expect(await untilClosed(hello, frame('3'))).toContain('|3|NO|Invalid message format');
    expect(await untilClosed(hello, frame('4|sip||\r\nSIP/2.0 200 OK\r\n\r\n'))).toContain(
      '|4|NO|transaction id missing',
    );
  });

  test('that frames wrongly is cut off without a word', async () => {
    expect(await untilClosed('123456#x')).toBe('');
    expect(await untilClosed('hello')).toBe('');
  });

  test('hears NOK for what it may not do, and stays', async () => {
    const socket = connect(engine.drachtio.port, '127.0.0.1');
    await once(socket, 'connect');
    const say = async (message: string) => {
      socket.write(frame(message));
      const [data] = (await within('a reply', once(socket, 'data'))) as [Buffer];
      return data.toString();
    };
    expect(await say(`1|authenticate|${SECRET}|`)).toMatch(/OK\|udp\/127.0.0.1:\d+,tcp\/.*\|v0\.9/);
    expect(await say('2|ping')).toContain('|response|2|OK|pong');
    expect(await say('3|sip|x||\r\nSIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n\r\n')).toContain(
      'NOK|Response not sent due to unknown transaction',
    );
    expect(await say('4|sip||none|\r\nBYE sip:placeholder SIP/2.0\r\n\r\n')).toContain(
      'NOK|Server error: unable to find dialog for dialog id provided',
    );
    expect(await say('5|sip|none||\r\nCANCEL sip:a@b SIP/2.0\r\n\r\n')).toContain(
      'NOK|unable to cancel unknown transaction id: none',
    );
    expect(await say('6|sip||\r\nINVITE http://x SIP/2.0\r\n\r\n')).toContain(
      'NOK|invalid request-uri',
    );
    socket.destroy();
  });
});

describe('a request', () => {
  test.each(['REGISTER', 'OPTIONS', 'MESSAGE', 'INVITE'])(
    '%s without an app gets 503',
    async (method) => {
      phone.ask(engine.udpPort, { method, body: method === 'INVITE' ? SDP : '' });
      await phone.response(503, method);
    },
  );

  test.each(['BYE', 'UPDATE', 'CANCEL'])('%s that belongs to nothing gets 481', async (method) => {
    phone.ask(engine.udpPort, { method, toTag: 'unknown' });
    await phone.response(481, method);
  });

  test('PRACK, REFER and unknown methods outside dialogs get no answer at all', async () => {
    for (const method of ['PRACK', 'REFER', 'FROBNICATE']) phone.ask(engine.udpPort, { method });
    phone.ask(engine.udpPort, { method: 'OPTIONS' });
    await phone.response(503, 'OPTIONS');
    expect(phone.got.length).toBe(1);
  });

  test('that is malformed gets 400 and no transaction', async () => {
    phone.again(
      'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\n\r\n',
      engine.udpPort,
    );
    expect((await phone.response(400)).reason).toContain('Missing from header');
    expect(engine.load().transactions).toBe(0);
  });

  test('from a source that is not served is dropped in silence and counted', async () => {
    const shut = await startEngine({ admit: (address) => address !== '127.0.0.1' });
    const other = await Phone.udp('127.0.0.2');
    phone.ask(shut.udpPort, { method: 'OPTIONS' });
    other.ask(shut.udpPort, { method: 'OPTIONS' });
    await other.response(503);
    expect(phone.got.length).toBe(0);
    expect(shut.counters.foreignSource).toBe(1);
    other.close();
    await shut.close();
  });
});

test('after five wrong digests a phone is refused, but may still call without credentials', async () => {
  app = await startApp(engine, {
    routes: (a) => {
      a.register((_req, res) => res.send(403));
      a.invite((_req, res) => res.send(486));
    },
  });
  const register = { method: 'REGISTER', headers: ['Authorization: Digest username="8001"'] };
  for (let cseq = 1; cseq <= 5; cseq++) {
    phone.ask(engine.udpPort, { ...register, cseq });
    await phone.response(403, 'REGISTER', cseq - 1);
  }
  app.disconnect();
  app = await startApp(engine, {
    routes: (a) => {
      a.register((_req, res) => res.send(200));
      a.invite((_req, res) => res.send(486));
    },
  });
  phone.ask(engine.udpPort, { ...register, cseq: 6 });
  await phone.response(403, 'REGISTER', 5);
  expect(engine.counters.digestBlocked).toBe(1);
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, callId: 'free' });
  await phone.response(486, 'INVITE');
  const other = await Phone.udp();
  other.ask(engine.udpPort, register);
  await other.response(200, 'REGISTER');
  other.close();
});

test('apps take turns', async () => {
  const seen: string[] = [];
  const route = (name: string) => (a: App) => {
    a.message((_req, res) => {
      seen.push(name);
      res.send(200);
    });
  };
  const one = await startApp(engine, { routes: route('one') });
  const two = await startApp(engine, { routes: route('two') });
  for (let i = 0; i < 4; i++) {
    phone.ask(engine.udpPort, { method: 'MESSAGE', callId: `m${i}` });
    await phone.response(200, 'MESSAGE', i);
  }
  expect(seen).toEqual(['one', 'two', 'one', 'two']);
  one.disconnect();
  two.disconnect();
});

test('a dialog of an app without a name dies with its connection', async () => {
  app = await startApp(engine, {
    routes: (a) => a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP })),
  });
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
  app.disconnect();
  app = undefined;
  await waitFor('the loss of the app', () => engine.load().dialogs === 0);
  phone.ask(engine.udpPort, { method: 'BYE', toTag, cseq: 2 });
  await phone.response(481, 'BYE');
});

describe('a request that comes twice by different ways', () => {
  test('is refused the second time, while the first goes on', async () => {
    app = await startApp(engine, { routes: (a) => a.invite((_req, res) => res.send(180)) });
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKone' });
    await phone.response(180);
    phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, branch: 'z9hG4bKtwo' });
    const merged = await phone.response(482);
    expect(merged.via?.branch).toBe('z9hG4bKtwo');
    expect(engine.load().incoming).toBe(1);
  });

  test('is served again after the first was refused', async () => {
    phone.ask(engine.udpPort, { method: 'OPTIONS' });
    await phone.response(503);
    phone.ask(engine.udpPort, { method: 'OPTIONS' });
    await phone.response(503, 'OPTIONS', 1);
  });
});

test('another INVITE of a call whose 200 is not acknowledged yet has to wait', async () => {
  app = await startApp(engine, {
    routes: (a) => a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP })),
  });
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(engine.udpPort, { method: 'INVITE', body: SDP, cseq: 2 });
  await phone.response(491);
  phone.ask(engine.udpPort, { method: 'ACK', toTag });
});
