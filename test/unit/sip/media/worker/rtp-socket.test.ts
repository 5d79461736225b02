import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { RtpSocket } from '../../../../../sip/media/worker/rtp-socket';
import { waitFor, within } from '../../../../support/wait';

const LOOPBACK = '127.0.0.1';
let rtp: RtpSocket;
let heard: string[];
let onHeard: () => void;
const sockets: Socket[] = [];

beforeEach(async () => {
  heard = [];
  onHeard = () => undefined;
  rtp = await RtpSocket.open(
    { address: LOOPBACK, port: 0 },
    {
      packet: (packet) => {
        heard.push(packet.toString('latin1', 12));
        onHeard();
      },
    },
  );
});
afterEach(() => {
  jest.restoreAllMocks();
  rtp.close();
  for (const socket of sockets.splice(0)) socket.close();
});

async function farSide(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  sockets.push(socket);
  return socket;
}

function packetOf(text: string): Buffer {
  const header = Buffer.alloc(12);
  writeHeader(header, 0, { marker: false, payloadType: 8, sequence: 1, timestamp: 1, ssrc: 1 });
  return Buffer.concat([header, Buffer.from(text)]);
}

/** Sends the packets one after the other; they arrive in order on loopback. */
async function send(from: Socket, ...packets: (string | Buffer)[]): Promise<void> {
  for (const packet of packets) {
    const bytes = typeof packet === 'string' ? packetOf(packet) : packet;
    await new Promise<void>((resolve) => from.send(bytes, rtp.port, LOOPBACK, () => resolve()));
  }
}

const hear = (text: string): Promise<void> =>
  within(
    text,
    new Promise((resolve) => {
      onHeard = () => (heard.includes(text) ? resolve() : undefined);
      onHeard();
    }),
  );

/** Resolves once so many packets of strangers have been read and dropped. */
const dropped = (count: number): Promise<boolean> =>
  waitFor(`${count} packets to be dropped`, () => rtp.strangers === count);

const target = (socket: Socket): void =>
  rtp.target({ address: LOOPBACK, port: socket.address().port });

/** Lets the 3 s pass in which only the signalled address is believed. */
function letTimePass(ms: number): void {
  const now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => now + ms);
}

test('nothing is heard before signalling named an address', async () => {
  const phone = await farSide();
  await send(phone, 'early');
  await dropped(1);
  target(phone);
  await send(phone, 'wanted');
  await hear('wanted');
  expect(heard).toEqual(['wanted']);
});

test('only the signalled address is heard, also once it is locked', async () => {
  const [phone, stranger] = [await farSide(), await farSide()];
  target(phone);
  await send(stranger, 'injected');
  await dropped(1);
  await send(phone, 'first');
  await hear('first');
  letTimePass(10_000);
  await send(stranger, 'injected');
  await send(phone, 'second');
  await hear('second');
  expect(heard).toEqual(['first', 'second']);
});

test('after 3 s without it, the first sender of RTP is learned and answered, once', async () => {
  const [signalled, phone, stranger] = [await farSide(), await farSide(), await farSide()];
  target(signalled);
  await send(phone, 'too early');
  await dropped(1);
  letTimePass(3001);
  await send(stranger, Buffer.from('no RTP'));
  await send(phone, 'learned');
  await hear('learned');
  const answered = once(phone, 'message');
  rtp.send(packetOf('answer'));
  expect(String((await answered)[0])).toContain('answer');
  await send(stranger, 'injected');
  await send(phone, 'on');
  await hear('on');
  expect(heard).toEqual(['learned', 'on']);
  expect(rtp.strangers).toBe(3);
});

test('another signalled address takes the place of the locked one', async () => {
  const [before, after] = [await farSide(), await farSide()];
  target(before);
  await send(before, 'before');
  await hear('before');
  target(after);
  await send(before, 'gone');
  await send(after, 'after');
  await hear('after');
  expect(heard).toEqual(['before', 'after']);
});

test('the same signalled address keeps what was learned', async () => {
  const [signalled, phone] = [await farSide(), await farSide()];
  target(signalled);
  letTimePass(3001);
  await send(phone, 'learned');
  await hear('learned');
  target(signalled);
  await send(phone, 'still');
  await hear('still');
});

test('packets are sent to the signalled address before it was heard', async () => {
  const phone = await farSide();
  target(phone);
  const received = once(phone, 'message');
  rtp.send(packetOf('hello'));
  expect(String((await within('a packet', received))[0])).toContain('hello');
});

test('a far side that is gone breaks nothing', async () => {
  const phone = await farSide();
  const { port } = phone.address();
  target(phone);
  await send(phone, 'first');
  await hear('first');
  phone.close();
  await once(phone, 'close');
  sockets.splice(sockets.indexOf(phone), 1);
  for (let i = 0; i < 5; i++) rtp.send(packetOf('into the void'));
  const again = createSocket('udp4');
  sockets.push(again);
  again.bind(port, LOOPBACK);
  await once(again, 'listening');
  await send(again, 'back');
  await hear('back');
});

test('a port that is taken is refused with the system’s reason', async () => {
  const bind = { address: LOOPBACK, port: rtp.port };
  const nobody = { packet: () => undefined };
  await expect(RtpSocket.open(bind, nobody)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
