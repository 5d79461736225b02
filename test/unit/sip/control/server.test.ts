import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../../../sip/control/client';
import type { DialogDirectory } from '../../../../sip/control/ports';
import type { ControlEvent, EventLine, LiveDialog } from '../../../../sip/control/protocol';
import { SECRET, startMediaEdge, type MediaEdge } from '../../../support/media-edge';
import { waitFor } from '../../../support/wait';

const log = pino({ level: 'silent' });
const asked: unknown[][] = [];
let live: LiveDialog[] = [];
const dialogs: DialogDirectory = {
  list: (app) => {
    asked.push(['list', app]);
    return live;
  },
  note: (app, dialogId, note) => {
    asked.push(['note', app, dialogId, note]);
    return dialogId === 'known';
  },
  reattached: (app) => {
    asked.push(['reattached', app]);
    edge.server.tellApp(app, dialogEnded);
  },
  invites: () => [],
  noteInvite: (app, invite, note) => asked.push(['noteInvite', app, invite, note]),
  whole: () => Promise.resolve(),
  hotlines: (app, numbers) => asked.push(['hotlines', app, numbers]),
};
const dialogEnded: ControlEvent = {
  ...{ event: 'dialog.ended', dialogId: 'd', note: '{}', cause: 'bye', endedAt: 1 },
};

let edge: MediaEdge;
const clients: ControlClient[] = [];
const sockets: Socket[] = [];

beforeAll(async () => {
  edge = await startMediaEdge({ dialogs, orphanLimitMs: 50 });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  asked.length = 0;
});
afterAll(() => edge.close());

function client(app: string, secret = SECRET, address = edge.server.address): ControlClient {
  const made = connectControl({ ...address, secret, app, log });
  clients.push(made);
  return made;
}

async function connected(app: string): Promise<ControlClient> {
  const made = client(app);
  await once(made, 'connected');
  return made;
}

/** Sends text as it is and resolves with the lines that came until the edge closed. */
async function raw(text: string): Promise<unknown[]> {
  const { host, port } = edge.server.address;
  const socket = connect(port, host);
  sockets.push(socket);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return received
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

test('the list of five thousand calls with long messages comes over whole', async () => {
  const text = 'x'.repeat(2000);
  live = Array.from({ length: 5000 }, (_, i) => ({
    ...{ dialogId: `d${i}`, role: 'uas', invite: text, response: text, establishedAt: i, note: '' },
    remote: { protocol: 'udp', address: '192.0.2.1', port: 5060 },
  }));
  const { dialogs: listed } = await (await connected('cell1')).command('dialog.list', {});
  expect(listed).toHaveLength(5000);
  expect(listed.at(-1)).toEqual(live.at(-1));
  live = [];
});

describe('who may speak', () => {
  const hello = (secret: string): string =>
    `${JSON.stringify({ id: 1, command: 'hello', params: { secret, app: 'x' } })}\n`;

  test.each([
    ['a wrong secret', hello('wrong')],
    ['an empty secret', hello('')],
    ['another command first', '{"id":1,"command":"session.list"}\n'],
    ['a second hello', hello(SECRET) + hello(SECRET)],
  ])('%s is answered once and the connection closed', async (_what, text) => {
    const lines = await raw(`${text}{"id":2,"command":"session.list"}\n`);
    expect(lines.at(-1)).toMatchObject({ id: 1, ok: false, error: 'unauthorised' });
  });

  test('too long a line is answered and the connection closed', async () => {
    const lines = await raw('x'.repeat(300_000));
    expect(lines).toMatchObject([{ id: 0, ok: false, error: 'bad-request' }]);
  });

  test('a bad line after hello is answered and the connection stays', async () => {
    const text = hello(SECRET) + 'rubbish\n{"id":3,"command":"x"}\n' + hello(SECRET);
    expect(await raw(text)).toMatchObject([
      { id: 1, ok: true, version: '1' },
      { id: 0, ok: false, error: 'bad-request' },
      { id: 3, ok: false, error: 'unknown-command' },
      { id: 1, ok: false, error: 'unauthorised' },
    ]);
  });
});

test('of two commands that open a session at once, the one that fails takes nothing of the other along', async () => {
  const app = await connected('app-both');
  const [refused, made] = await Promise.allSettled([
    app.command('endpoint.answer', { session: 'both', endpoint: 'a', offer: 'no sdp' }),
    app.command('endpoint.offer', { session: 'both', endpoint: 'b' }),
  ]);
  expect([refused.status, made.status]).toEqual(['rejected', 'fulfilled']);
  const { sessions } = await app.command('session.list', {});
  expect(sessions).toMatchObject([{ session: 'both', endpoints: [{ endpoint: 'b' }] }]);
});

test('dialog commands reach signalling with the app’s name', async () => {
  const control = await connected('one');
  const list = {
    hotlines: [{ number: '400', language: 'zh-CN' }],
    trunks: [{ id: 'carrier', from: ['192.0.2.1'] }],
  };
  await control.command('hotlines', list);
  await control.command('dialog.note', { dialogId: 'known', session: 's', note: 'n' });
  await expect(
    control.command('dialog.note', { dialogId: 'other', note: 'n' }),
  ).rejects.toMatchObject({ code: 'unknown-dialog' });
  expect(await control.command('dialog.list', {})).toEqual({ dialogs: [], invites: [] });
  expect(asked).toEqual([
    ['hotlines', 'one', list],
    ['note', 'one', 'known', { session: 's', note: 'n' }],
    ['note', 'one', 'other', { note: 'n' }],
    ['list', 'one'],
  ]);
});

test('signalling says which connections ended; an edge without signalling cannot', async () => {
  const flows = [1, 2, 1000].map((port) => ({ address: '192.0.2.1', port }));
  const without = await connected('no-signalling');
  await expect(without.command('flow.check', { flows })).rejects.toMatchObject({
    code: 'unavailable',
  });
  const signalling = await startMediaEdge({
    flows: { endedOf: (asked) => asked.filter(({ port }) => port !== 2) },
  });
  const made = client('with-signalling', SECRET, signalling.server.address);
  await once(made, 'connected');
  const { ended } = await made.command('flow.check', { flows });
  expect(ended.map(({ port }) => port)).toEqual([1, 1000]);
  for (const wrong of [[{ address: '', port: 1 }], [{ address: 'a', port: -1 }], Array(1001)]) {
    const asked = { flows: [...wrong] } as { flows: typeof flows };
    await expect(made.command('flow.check', asked)).rejects.toMatchObject({ code: 'bad-request' });
  }
  made.close();
  await signalling.close();
});

test('what signalling tells on reattached arrives before the answer to it', async () => {
  const control = await connected('two');
  const order: string[] = [];
  control.on('event', ({ event }) => order.push(event));
  await control.command('reattached', {}).then(() => order.push('answered'));
  expect(order).toEqual(['dialog.ended', 'answered']);
});

test('an event is told once each, again only to a new client until it is acknowledged', async () => {
  const first = client('three');
  const heard: EventLine[] = [];
  first.on('event', (line) => heard.push(line));
  await once(first, 'connected');
  edge.server.tellApp('three', dialogEnded);
  edge.server.tellApp('three', dialogEnded);
  await waitFor('both events', () => heard.length === 2);
  first.ack(1);
  await first.command('session.list', {});
  first.close();

  const second = client('three');
  const [again] = (await once(second, 'event')) as [EventLine];
  expect(again.seq).toBe(2);
});

test('the newest connection of a name wins, and the older client comes back later', async () => {
  const older = await connected('four');
  const gone = once(older, 'disconnected');
  const newer = await connected('four');
  await gone;
  expect(older.isConnected).toBe(false);
  older.close();
  await expect(newer.command('session.list', {})).resolves.toEqual({ sessions: [] });
});

test('the sessions of an app that does not come back are closed after the limit', async () => {
  const control = await connected('five');
  await control.command('session.note', { session: 'orphan', note: 'n' });
  control.close();
  await waitFor('the session to be given up', () => edge.media.list('five').length === 0);
});

test('the sessions of an app that comes back in time are kept', async () => {
  const control = await connected('six');
  await control.command('session.note', { session: 'kept', note: 'n' });
  control.close();
  const back = await connected('six');
  const other = await connected('seven');
  await other.command('session.note', { session: 'gone', note: 'n' });
  other.close();
  await waitFor('a later one to be given up', () => edge.media.list('seven').length === 0);
  const { sessions } = await back.command('session.list', {});
  expect(sessions).toMatchObject([{ session: 'kept', note: 'n' }]);
});

describe('the client', () => {
  test('rejects commands while there is no connection', async () => {
    const lonely = client('eight', SECRET, { host: '127.0.0.1', port: 1 });
    await expect(lonely.command('session.list', {})).rejects.toMatchObject({
      code: 'disconnected',
    });
  });

  test('connects again by itself and hears events of a restarted edge from the first', async () => {
    const before = await startMediaEdge();
    const { host, port } = before.server.address;
    const control = client('nine', SECRET, { host, port });
    const heard: number[] = [];
    control.on('event', ({ seq }) => heard.push(seq));
    const [firstEdge] = (await once(control, 'connected')) as [string];
    before.server.tellApp('nine', dialogEnded);
    await waitFor('an event', () => heard.length === 1);
    await before.close();
    const after = await startMediaEdge({ listen: { host, port } });
    after.server.tellApp('nine', dialogEnded);
    const [secondEdge] = (await once(control, 'connected')) as [string];
    await waitFor('an event of the new edge', () => heard.length === 2);
    expect(heard).toEqual([1, 1]);
    expect(secondEdge).not.toBe(firstEdge);
    control.close();
    await after.close();
  });
});
