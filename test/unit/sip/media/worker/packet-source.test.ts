import { Networks } from '../../../../../sip/media/worker/networks';
import { PacketSource } from '../../../../../sip/media/worker/packet-source';
import { ssrcOf, writeHeader } from '../../../../../sip/rtp/packet';
import { writeCompound } from '../../../../../sip/rtp/rtcp';

const PHONE = '192.0.2.1:4000';
const MOVED = '192.0.2.1:4002';
const STRANGER = '198.51.100.9:4000';
const REPORT = writeCompound([{ kind: 'rr', ssrc: 1, reports: [] }]);

function rtp(ssrc = 1): Buffer {
  const packet = Buffer.alloc(172);
  writeHeader(packet, 0, { marker: false, payloadType: 8, sequence: 1, timestamp: 1, ssrc });
  return packet;
}

function split(place: string): [string, number] {
  const [address = '', port] = place.split(':');
  return [address, Number(port)];
}
const admits = (source: PacketSource, from: string, now: number, packet = rtp()): boolean =>
  source.take(packet, ...split(from), now) !== null;
const target = (source: PacketSource, at: string, now = 0): void => {
  const [address, port] = split(at);
  source.target({ address, port }, now);
};
const destination = (source: PacketSource): string =>
  `${source.destination?.address}:${source.destination?.port}`;

/** Signalled at 0, heard from there at 20 ms. */
function locked(at = PHONE): PacketSource {
  const source = new PacketSource();
  target(source, at);
  admits(source, at, 20);
  return source;
}

test('nobody is heard and nothing sent before signalling named somebody', () => {
  const source = new PacketSource();
  expect(admits(source, PHONE, 0)).toBe(false);
  expect(source.destination).toBeNull();
  expect(source.strangers).toBe(1);
});

test('another sender is learned after 3 s without the signalled one, and locked', () => {
  const source = new PacketSource();
  target(source, '10.0.0.5:4000');
  expect(admits(source, PHONE, 2999)).toBe(false);
  expect(admits(source, PHONE, 3000)).toBe(true);
  expect(destination(source)).toBe(PHONE);
  expect(admits(source, '10.0.0.5:4000', 3020)).toBe(false);
});

test.each([
  ['a stranger', STRANGER, 7],
  ['its own host at another port', MOVED, 7],
  ['a stranger before the silence is long enough', STRANGER, 1, 15_019],
  ['a network that is not listed', '203.0.113.1:4000', 1],
])('after a silence %s does not take its place', (_what, from, ssrc, now = 60_000) => {
  const source = locked();
  source.limit(new Networks(['192.0.2.0/24', '198.51.100.9']));
  expect(admits(source, from, now, rtp(ssrc))).toBe(false);
  expect(destination(source)).toBe(PHONE);
  expect(admits(source, PHONE, now + 1)).toBe(true);
});

test('a stream that goes on at another address after 15 s of silence is found again, once', () => {
  const source = locked();
  expect(admits(source, MOVED, 15_020)).toBe(true);
  expect(destination(source)).toBe(MOVED);
  expect(admits(source, PHONE, 15_040)).toBe(false);
});

test('the stream is known by the last SSRC that was heard', () => {
  const source = locked();
  admits(source, PHONE, 40, rtp(2));
  admits(source, PHONE, 60, REPORT);
  expect(admits(source, MOVED, 20_000, rtp(1))).toBe(false);
  expect(admits(source, MOVED, 20_000, rtp(2))).toBe(true);
});

test('the signalled address is found again after a silence under any SSRC', () => {
  const source = new PacketSource();
  target(source, PHONE);
  admits(source, STRANGER, 3000);
  expect(admits(source, PHONE, 17_999, rtp(9))).toBe(false);
  expect(admits(source, PHONE, 18_000, rtp(9))).toBe(true);
  expect(destination(source)).toBe(PHONE);
});

test('a locked sender that keeps sending is never replaced', () => {
  const source = locked();
  for (let now = 40; now < 60_000; now += 20) admits(source, PHONE, now);
  expect(admits(source, MOVED, 60_000)).toBe(false);
});

test('another signalled address counts at once', () => {
  const source = locked();
  target(source, STRANGER, 1000);
  expect(destination(source)).toBe(STRANGER);
  expect(admits(source, PHONE, 1020)).toBe(false);
  expect(admits(source, STRANGER, 1040)).toBe(true);
});

test('what is no RTP locks nobody; reports of the signalled address are taken', () => {
  const source = new PacketSource();
  target(source, PHONE);
  expect(admits(source, PHONE, 1, Buffer.from('no RTP'))).toBe(false);
  expect(admits(source, PHONE, 2, REPORT)).toBe(true);
  expect(admits(source, STRANGER, 4000, REPORT)).toBe(false);
  expect(admits(source, MOVED, 4000)).toBe(true);
});

describe('where packets are encrypted', () => {
  /** Packets of SSRC 1 are the far side's. */
  const keyed = (): PacketSource =>
    new PacketSource((packet) => (packet === REPORT || ssrcOf(packet) === 1 ? packet : null));

  test('a forged packet locks nobody and moves nobody, from the signalled address or another', () => {
    const source = keyed();
    target(source, PHONE);
    expect(admits(source, PHONE, 20, rtp(7))).toBe(false);
    expect(admits(source, STRANGER, 4000, rtp(7))).toBe(false);
    expect(destination(source)).toBe(PHONE);
    // Had the first one locked it, this sender could not be learned.
    expect(admits(source, MOVED, 4020)).toBe(true);
    expect(admits(source, PHONE, 30_000, rtp(7))).toBe(false);
    expect(destination(source)).toBe(MOVED);
  });

  test('forged packets do not keep a silent address alive', () => {
    const source = keyed();
    target(source, PHONE);
    admits(source, PHONE, 20);
    for (let now = 40; now < 15_000; now += 20) admits(source, PHONE, now, rtp(7));
    expect(admits(source, MOVED, 15_020)).toBe(true);
  });
});

describe('a trunk with listed networks', () => {
  const listed = (): PacketSource => {
    const source = new PacketSource();
    source.limit(new Networks(['192.0.2.0/24', '2001:db8::/32']));
    return source;
  };

  test('only senders in them are learned', () => {
    const source = listed();
    target(source, '10.0.0.5:4000');
    expect(admits(source, STRANGER, 5000)).toBe(false);
    expect(admits(source, PHONE, 5000)).toBe(true);
  });

  test('the address that its signalling named is heard wherever it is', () => {
    const source = listed();
    target(source, STRANGER);
    expect(admits(source, STRANGER, 1)).toBe(true);
  });

  test('a sender that was learned outside is let go when the list comes', () => {
    const source = new PacketSource();
    target(source, PHONE);
    admits(source, STRANGER, 3000);
    source.limit(new Networks(['192.0.2.0/24']));
    expect(admits(source, STRANGER, 3020)).toBe(false);
    expect(admits(source, PHONE, 3040)).toBe(true);
  });
});

test.each([
  ['192.0.2.7', true],
  ['198.51.100.1', true],
  ['198.51.100.2', false],
  ['2001:db8::5', true],
  ['2001:db9::5', false],
  ['nonsense', false],
])('networks: %s is listed: %s', (address, expected) => {
  const places = [
    '192.0.2.0/24',
    '198.51.100.1',
    '2001:db8::/32',
    'nonsense',
    '0.0.0.0/',
    '1.2.3.4/99',
  ];
  expect(new Networks(places).include(address)).toBe(expected);
});

test('an edge that runs for 25 days, whose clock then wraps, learns senders as before', () => {
  const last = 0x7fff_ffff;
  const learning = new PacketSource();
  target(learning, PHONE, last - 1000);
  expect(admits(learning, STRANGER, (last + 1999) | 0)).toBe(false);
  expect(admits(learning, STRANGER, (last + 2000) | 0)).toBe(true);
  const moving = new PacketSource();
  target(moving, PHONE, last - 1000);
  admits(moving, PHONE, last - 500);
  expect(admits(moving, MOVED, (last + 14_499) | 0)).toBe(false);
  expect(admits(moving, MOVED, (last + 14_500) | 0)).toBe(true);
});
