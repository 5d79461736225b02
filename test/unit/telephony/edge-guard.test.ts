import { once } from 'node:events';
import pino from 'pino';
import { connectControl, type ControlClient, type GuardStatus } from '../../../sip/index';
import { edgeGuard } from '../../../src/telephony/edge-guard';
import { SECRET, startMediaEdge, type MediaEdge } from '../../support/media-edge';

/** Over a real control connection, to an edge with signalling and to one without. */

let edge: MediaEdge;
let control: ControlClient;

async function start(guard?: {
  status(): GuardStatus;
  unblock(address: string): boolean;
}): Promise<void> {
  edge = await startMediaEdge(guard === undefined ? {} : { guard });
  const log = pino({ level: 'silent' });
  control = connectControl({ ...edge.server.address, secret: SECRET, app: 'x', log });
  await once(control, 'connected');
}

afterEach(async () => {
  control.close();
  await edge.close();
});

const status: GuardStatus = {
  counters: { flood: 3 },
  sources: [{ address: '192.0.2.1', why: 'flood', since: 1, until: 2, dropped: 3 }],
  more: 4,
};

test('an edge with signalling tells its counters and its list, and lets addresses go', async () => {
  await start({ status: () => status, unblock: (address) => address === '192.0.2.1' });
  const guard = edgeGuard(control);
  expect(await guard.status()).toEqual(status);
  expect(await guard.unblock('192.0.2.1')).toBe(true);
  expect(await guard.unblock('192.0.2.2')).toBe(false);
});

test('a media-only edge cannot be asked, which is told as such', async () => {
  await start();
  const guard = edgeGuard(control);
  await expect(guard.status()).rejects.toMatchObject({ code: 'GUARD_UNAVAILABLE' });
  await expect(guard.unblock('192.0.2.1')).rejects.toMatchObject({ code: 'GUARD_UNAVAILABLE' });
});

test('an edge that is away is told as such', async () => {
  await start({ status: () => status, unblock: () => true });
  control.close();
  await once(control, 'disconnected');
  await expect(edgeGuard(control).status()).rejects.toMatchObject({ code: 'EDGE_AWAY' });
});
