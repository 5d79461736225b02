import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startEngine, type Engine } from './support/engine';
import { Phone } from './support/phone';
import { waitFor, within } from '../support/wait';

/** What connections may not do: be too many, or say nothing that can be understood. */

let engine: Engine;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await engine.close();
});

const limits = { inAll: 10, fromOne: 3, messageWithinMs: 300, idleMs: 60_000 };

async function open(): Promise<Socket> {
  const socket = connect(engine.tcpPort, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('one too many from an address is not taken, and counted', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const phones = [await Phone.tcp(engine.tcpPort), await Phone.tcp(engine.tcpPort)];
  await open();
  await within('the fourth to be closed', once(await open(), 'close'));
  expect(engine.counters.crowd).toBe(1);
  phones[0]?.close();
  phones[1]?.ask(engine.tcpPort, { method: 'OPTIONS' });
  await phones[1]?.response(503);
  phones[1]?.close();
});

test('who says nothing, and who never comes to the end of a message, is hung up on', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const [silent, half] = [await open(), await open()];
  half.write('OPTIONS sip:a@b SIP/2.0\r\nVia: SIP');
  await within('both to be closed', Promise.all([once(silent, 'close'), once(half, 'close')]));
  expect(engine.counters.silent).toBe(2);
});

test('half a message dribbled byte by byte has no more time than any other', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const slow = await open();
  const dribble = setInterval(() => slow.write('x'), 20);
  await within('it to be closed', once(slow, 'close'));
  clearInterval(dribble);
});

test('a phone that has spoken may keep still, and its keep-alives are answered', async () => {
  engine = await startEngine({ connectionLimits: limits });
  const phone = await open();
  let heard = '';
  phone.on('data', (data: Buffer) => (heard += data.toString('latin1')));
  phone.write(
    'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n' +
      'To: <sip:a@b>\r\nCall-ID: one\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
  );
  await waitFor('the answer', () => heard.includes('503'));
  const spokeAt = performance.now();
  await waitFor('three times the limit to pass with keep-alives', () => {
    phone.write('\r\n\r\n');
    return performance.now() - spokeAt > 3 * limits.messageWithinMs;
  });
  expect(phone.destroyed).toBe(false);
  expect(heard.endsWith('\r\n\r\n')).toBe(true);
  expect(engine.counters.silent).toBe(0);
});
