import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { WebSocketServer } from 'ws';
import type { PushFrame } from '../../src/push/events';
import { aSession, startHttp, type TestHttp } from '../support/http';
import { NOW, PLAN, call, queue } from '../support/two-stores';
import { Seen } from '../support/wait';

/** A program that listens for a person with a part of what he may. */
let http: TestHttp;
let door: WebSocketServer;

beforeEach(async () => {
  http = startHttp({ heartbeatMs: 50 });
  door = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(door, 'listening');
});
afterEach(async () => {
  await http.close();
  door.close();
});

test('is told what both may see, in the snapshot, in frames, and after the plan has changed', async () => {
  http.live.theCalls = [call('call-1')];
  door.on('connection', (socket) =>
    http.desktops.accept(socket, {
      ...{ personId: 'chen', sessionId: aSession('chen').id, expiresAt: NOW + 60_000 },
      limit: { rights: ['store.read'] },
    }),
  );
  const socket = new WebSocket(`ws://127.0.0.1:${(door.address() as AddressInfo).port}`);
  const frames = new Seen<PushFrame>();
  socket.on('message', (data) => frames.add(JSON.parse(String(data)) as PushFrame));
  const snapshot = await frames.next('the snapshot', ({ type }) => type === 'snapshot');
  expect(snapshot.data).toMatchObject({ me: { id: 'chen' }, calls: [], agents: [], queues: [] });
  http.hub.publish({ kind: 'queue.updated', queue: queue('sales', 'bj01') }, NOW);
  const [hotline] = http.live.theHotlines;
  if (hotline) http.hub.publish({ kind: 'hotline.updated', hotline }, NOW);
  await frames.next('the hotline', ({ type }) => type === 'hotline.updated');
  http.live.thePlan = {
    ...PLAN,
    people: PLAN.people.map((one) => (one.id === 'chen' ? { ...one, post: 'manager' } : one)),
  };
  const again = await frames.next('another snapshot', ({ type }) => type === 'snapshot', {
    from: 2,
  });
  expect(again.data).toMatchObject({ me: { post: 'manager' }, calls: [], agents: [] });
  socket.terminate();
});
