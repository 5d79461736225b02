/**
 * What one customer's phone gets on its socket, packet by packet, from his first music to the music while
 * he is on hold: one RTP stream, whoever it is that he hears.
 */
import { once } from 'node:events';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/control/client';
import { SECRET, startMediaEdge, type MediaEdge } from '../support/media-edge';
import { loudness, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';

const [CUSTOMER, AGENT, SUPERVISOR] = [600, 1000, 1400] as const;
const session = 'one';
/** Timestamps in a millisecond, and of a packet. */
const TICKS = 8;
const FRAME = 160;

let edge: MediaEdge;
let control: ControlClient;
const phones: TonePhone[] = [];

beforeAll(async () => {
  edge = await startMediaEdge();
  const { port } = edge.server.address;
  const log = pino({ level: 'silent' });
  control = connectControl({ host: '127.0.0.1', port, secret: SECRET, app: 'sales', log });
  await once(control, 'connected');
});
afterAll(async () => {
  for (const phone of phones) phone.close();
  control.close();
  await edge.close();
});

async function leg(endpoint: string, tone: number): Promise<TonePhone> {
  const phone = await TonePhone.open({ tone });
  phones.push(phone);
  const offer = phone.sdp();
  const { answer } = await control.command('endpoint.answer', { session, endpoint, offer });
  phone.talkTo(answer);
  return phone;
}

test('music, bridge, mixer, bridge, music on hold: one SSRC, no step back, a mark at each change', async () => {
  const customer = await leg('customer', CUSTOMER);
  const agent = await leg('agent', AGENT);
  const supervisor = await leg('supervisor', SUPERVISOR);
  /** How many packets had come when each change was ordered, and when the new source was heard. */
  const changes: { from: number; to: number }[] = [];
  const change = async (order: () => Promise<unknown>, isHeard: () => boolean): Promise<void> => {
    const from = customer.heard.length;
    await order();
    // Well into the new source.
    await customer.until(() => isHeard() && customer.heard.length > from + 40);
    changes.push({ from, to: customer.heard.length });
  };
  const share = (hz: number): number => toneShare(customer.lastSamples(), hz);
  const hearsMusic = (): boolean => loudness(customer.lastSamples()) > 100 && share(AGENT) < 0.3;
  const hearsAgent = (): boolean => share(AGENT) > 0.9;
  const sentByAgent = (): boolean => {
    const sent = new Set(agent.sentPayloads());
    return customer.heard.slice(-5).every(({ payload }) => sent.has(payload.toString('hex')));
  };
  const music = () => control.command('endpoint.music', { session, endpoint: 'customer' });
  const bridge = () => control.command('bridge', { session, a: 'customer', b: 'agent' });
  const monitoring = { session, endpoint: 'supervisor' };

  await change(music, hearsMusic);
  await change(bridge, () => hearsAgent() && sentByAgent());
  const joins = { ...monitoring, on: 'agent', mode: 'listen' } as const;
  await change(
    () => control.command('monitor.join', joins),
    () => hearsAgent() && loudness(supervisor.lastSamples()) > 1000,
  );
  await change(
    () => control.command('monitor.leave', monitoring),
    () => hearsAgent() && sentByAgent(),
  );
  await change(music, hearsMusic);

  const packets = customer.heard;
  expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  const [first, ...rest] = packets;
  if (first === undefined) throw new Error('nothing was heard');
  let before = first;
  const steps = rest.map((packet) => {
    const step = {
      sequence: (packet.sequence - before.sequence) & 0xffff,
      ticks: (packet.timestamp - before.timestamp) | 0,
      marker: packet.marker,
    };
    before = packet;
    return step;
  });
  expect(steps.filter(({ sequence }) => sequence !== 1)).toEqual([]);
  expect(steps.filter(({ ticks }) => ticks < FRAME)).toEqual([]);
  // Only where the source changes do timestamps pass over more than a packet, and that is marked.
  expect(steps.filter(({ ticks, marker }) => ticks !== FRAME && !marker)).toEqual([]);
  const markers = packets.flatMap(({ marker }, i) => (marker ? [i] : []));
  expect(markers).toHaveLength(changes.length);
  changes.forEach(({ from, to }, n) => {
    expect(markers[n]).toBeGreaterThanOrEqual(Math.max(0, from - 1));
    expect(markers[n]).toBeLessThan(to);
  });
  // By the wall clock, over all changes. A timestamp that was wrong at a change would be off by a source, which
  // lasts 800 ms at least; what a busy machine delays is less. Of each source the packet that was late the
  // least counts.
  const lateness = packets.map(
    ({ at, timestamp }) => at - first.at - ((timestamp - first.timestamp) | 0) / TICKS,
  );
  const least = markers.map((from, n) => Math.min(...lateness.slice(from, markers[n + 1])));
  expect(Math.max(...least) - Math.min(...least)).toBeLessThan(400);
}, 40_000);
