import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { Passage } from '../../../src/telephony/passage/passage';
import { waitFor, within } from '../../support/wait';

/** Real sockets on either side; the edge says what the test has it say. */
let edge: WebSocketServer;
let door: WebSocketServer;
let passage: Passage;

const urlOf = (server: WebSocketServer) =>
  `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listen(): Promise<WebSocketServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return server;
}

beforeEach(async () => {
  [edge, door] = [await listen(), await listen()];
});
afterEach(() => {
  passage.terminate();
  for (const server of [edge, door]) server.close();
});

/** The three ends: the page, our side of it, and the edge's. */
async function open(url = urlOf(edge)) {
  const page = new WebSocket(urlOf(door));
  const [ours] = (await once(door, 'connection')) as [WebSocket];
  const atEdge = once(edge, 'connection');
  let ended = 0;
  passage = new Passage({
    ...{ page: ours, url, maxBytes: 262_144, headers: () => ({ 'x-for': 'wang' }) },
    onEnd: () => (ended += 1),
  });
  if (page.readyState !== WebSocket.OPEN) await once(page, 'open');
  return { page, ours, atEdge, ended: () => ended };
}

const MESSAGES = 2000;
const SIZE = 10_000;
/** What the far side's socket gives at once; the messages in it are passed on although no more is read. */
const ONE_READ = 65_536;

test('who does not read is not sent more than he takes, and misses nothing', async () => {
  const { page, ours, atEdge } = await open();
  const [far] = (await atEdge) as [WebSocket];
  page.pause();
  let most = 0;
  const got: number[] = [];
  page.on('message', (data) => got.push(Number(String(data).slice(0, 6))));
  for (let n = 0; n < MESSAGES; n++) far.send(String(n).padStart(6, '0').padEnd(SIZE, 'x'));
  const look = setInterval(() => (most = Math.max(most, ours.bufferedAmount)), 1);
  await waitFor('the page to be full', () => ours.bufferedAmount >= 65_536);
  page.resume();
  await waitFor('all', () => got.length === MESSAGES);
  clearInterval(look);
  expect(got).toEqual(Array.from({ length: MESSAGES }, (_, n) => n));
  expect(most).toBeLessThan(65_536 + ONE_READ + 2 * SIZE);
});

test('what the page said before the edge listened arrives, text as text', async () => {
  const { page, atEdge } = await open();
  page.send('REGISTER');
  const [far] = (await atEdge) as [WebSocket, unknown];
  const [data, isBinary] = (await once(far, 'message')) as [Buffer, boolean];
  expect([String(data), isBinary]).toEqual(['REGISTER', false]);
});

test.each([
  [1000, 1000],
  [1009, 1009],
  [1012, 1012],
  [4001, 4001],
  [undefined, 1000],
])('the edge closes with %s: the page hears %s', async (code, heard) => {
  const { page, atEdge, ended } = await open();
  const [far] = (await atEdge) as [WebSocket];
  const end = within('the end', once(page, 'close'));
  far.close(code);
  expect((await end)[0]).toBe(heard);
  await waitFor('the end', () => ended() === 1);
});

test.each([
  [1000, 1000],
  [1001, 1001],
  [undefined, 1000],
])('the page closes with %s: the edge hears %s', async (code, heard) => {
  const { page, atEdge } = await open();
  const [far] = (await atEdge) as [WebSocket];
  const end = within('the end', once(far, 'close'));
  page.close(code);
  expect((await end)[0]).toBe(heard);
});

test('a page that vanishes, vanishes at the edge', async () => {
  const { page, atEdge } = await open();
  const [far] = (await atEdge) as [WebSocket];
  const end = within('the end', once(far, 'close'));
  page.terminate();
  expect((await end)[0]).toBe(1006);
});

test('without an edge the page is told to come again', async () => {
  const { page } = await open('ws://127.0.0.1:1');
  expect((await within('the end', once(page, 'close')))[0]).toBe(1013);
});
