import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor, within } from '../support/wait';
import { startApp, type App } from './support/app';
import { endEdges, listening, portOf, run, type Run } from './support/edge-process';
import { Phone, SDP } from './support/phone';

/** How the process of an edge goes after SIGTERM, with another one and without. */

/** A peer that fell is known to be dead after 5.3 s. */
const DEATH_MS = 15_000;

interface Edge extends Run {
  port: number;
}

const phones: Phone[] = [];
afterEach(() => {
  for (const phone of phones.splice(0)) phone.close();
});
afterAll(endEdges);

/** An edge with an app that answers every caller. */
async function edgeWithApp(env: Record<string, string> = {}): Promise<Edge> {
  const edge = run(env);
  const line = await listening(edge);
  const drachtio = { host: '127.0.0.1', port: portOf(line.drachtio as string) };
  const routes = (a: App) => {
    a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP }));
    a.options((_req, res) => res.send(200));
  };
  await startApp({ drachtio }, { tag: 'cell1', routes });
  const port = portOf(line.sip[0] as string);
  // It is connected before it has said what it takes.
  await waitFor('its routes', async () => (await options(port)) === 200);
  return { ...edge, port };
}

async function options(port: number): Promise<number> {
  const phone = await Phone.udp();
  phones.push(phone);
  phone.ask(port, { method: 'OPTIONS' });
  return (await phone.got.next('an answer', () => true)).status;
}

/** A call of a new caller, up to the final answer. */
async function call({ port }: Edge) {
  const phone = await Phone.udp();
  phones.push(phone);
  phone.ask(port, { method: 'INVITE', body: SDP });
  const answer = await phone.got.next('an answer', ({ status }) => status >= 200);
  const toTag = answer.toTag as string;
  phone.ask(port, { method: 'ACK', toTag });
  const hangUp = async (): Promise<void> => {
    phone.ask(port, { method: 'BYE', toTag, cseq: 2 });
    await phone.response(200, 'BYE');
  };
  return { status: answer.status, retryAfter: answer.get('retry-after'), phone, hangUp };
}

/** It has said so in its log. */
const says = ({ errors }: Run, what: string) =>
  waitFor(what, () => errors().includes(what), DEATH_MS);

test('with a living peer it drains: callers go there, calls go on, and it ends after the last', async () => {
  const there = await edgeWithApp();
  const here = await edgeWithApp({ SIP_PEER: `127.0.0.1:${there.port}` });
  await says(here, 'the peer edge takes callers');
  const talk = await call(here);
  expect(talk.status).toBe(200);
  here.child.kill('SIGTERM');
  await says(here, '"departure":"draining"');
  expect(await options(here.port)).toBe(503);
  expect(await call(here)).toMatchObject({ status: 503, retryAfter: '2' });
  expect((await call(there)).status).toBe(200);
  await talk.hangUp();
  expect(await within('the exit', here.exit)).toEqual([0, null]);
  expect(talk.phone.count(({ method }) => method === 'BYE')).toBe(0);
  there.child.kill('SIGINT');
  expect(await within('the exit', there.exit)).toEqual([0, null]);
}, 40_000);

test('when the peer dies meanwhile it takes callers again', async () => {
  const there = await edgeWithApp();
  const here = await edgeWithApp({ SIP_PEER: `sip:127.0.0.1:${there.port}` });
  await says(here, 'the peer edge takes callers');
  const talk = await call(here);
  here.child.kill('SIGTERM');
  await says(here, '"departure":"draining"');
  there.child.kill('SIGKILL');
  await says(here, '"departure":"waiting"');
  const next = await call(here);
  expect(next.status).toBe(200);
  here.child.kill('SIGTERM');
  for (const { phone } of [talk, next]) phone.answer(await phone.request('BYE'), 200);
  expect(await within('the exit', here.exit, 5000)).toEqual([0, null]);
}, 40_000);

test('without a peer it takes callers until SIP_DRAIN_AT, and then ends when nobody talks', async () => {
  // On the clock of Shanghai, which knows no summer time; far enough for a slow start on a busy machine.
  const soon = new Date(Date.now() + 8 * 3_600_000 + 12_000).toISOString().slice(11, 19);
  const edge = await edgeWithApp({ TZ: 'Asia/Shanghai', SIP_DRAIN_AT: soon });
  const talk = await call(edge);
  edge.child.kill('SIGTERM');
  await says(edge, '"departure":"waiting"');
  const next = await call(edge);
  expect([talk.status, next.status]).toEqual([200, 200]);
  await next.hangUp();
  await says(edge, '"departure":"closing"');
  const last = await call(edge);
  expect(last.status).toBe(200);
  await talk.hangUp();
  await last.hangUp();
  expect(await within('the exit', edge.exit)).toEqual([0, null]);
}, 40_000);

describe('one edge a data folder', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'openline-one-'));
  const here = { OPENLINE_DATA: dataDir, LOG_LEVEL: 'silent' };
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  test('a second one ends with one message; after kill -9 the next starts at once', async () => {
    const first = run(here);
    const { pid } = await listening(first);
    const second = run(here);
    expect(await within('the exit', second.exit, 15_000)).toEqual([1, null]);
    expect(second.errors()).toBe(
      `edge: another edge (process ${pid}) works in ${join(dataDir, 'edge')}. ` +
        'Stop it first, or set OPENLINE_DATA to another folder.\n',
    );
    first.child.kill('SIGKILL');
    const third = run(here);
    expect((await listening(third)).pid).toBe(third.child.pid);
    third.child.kill('SIGINT');
    expect(await within('the exit', third.exit, 5000)).toEqual([0, null]);
    expect(existsSync(join(dataDir, 'edge/edge.lock'))).toBe(false);
  }, 60_000);

  test('a media-only edge has it too, for the list of its unfinished recordings', async () => {
    const one = run({ ...here, SIP_LISTEN: 'off' });
    await listening(one);
    const two = run({ ...here, SIP_LISTEN: 'off' });
    expect(await within('its refusal', two.exit, 15_000)).toEqual([1, null]);
    expect(two.errors()).toContain(`another edge (process ${one.child.pid}) works in`);
    one.child.kill('SIGINT');
    expect(await within('the exit', one.exit, 5000)).toEqual([0, null]);
  }, 60_000);
});
