import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/index';
import { waitFor, within } from '../support/wait';
import { endEdges, folder, listening, portOf, run, watch, type Run } from './support/edge-process';
import { Phone } from './support/phone';

/** One active app a cell, as the edge arbitrates it: processes that are killed, stopped and woken. */

const log = pino({ level: 'silent' });
const clients: ControlClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(endEdges);

interface Started {
  edge: Run;
  control: number;
  drachtio: number;
  sip: number;
}

async function startEdge(env: Record<string, string> = {}): Promise<Started> {
  const edge = run(env);
  const line = await listening(edge);
  return {
    ...{ edge, control: portOf(line.control), drachtio: portOf(line.drachtio ?? '') },
    sip: portOf(line.sip[0] ?? ''),
  };
}

function app(name: string, { control, drachtio }: Started): Run {
  const script = resolve('test/sip/support/claiming-app.ts');
  const args = ['--import', 'tsx', script, name, String(control), String(drachtio)];
  return watch(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
}

function client({ control }: Pick<Started, 'control'>, claims?: { above: number }): ControlClient {
  const made = connectControl({
    ...{ host: '127.0.0.1', port: control, secret: 'm', app: 'cell:all', log },
    ...(claims && { claims }),
  });
  clients.push(made);
  return made;
}

async function holder(edge: Pick<Started, 'control'>, above = 0): Promise<ControlClient> {
  const made = client(edge, { above });
  await within('the claim', once(made, 'connected'));
  return made;
}

const says = (of: Run, what: string, deadlineMs = 15_000) =>
  of.lines.next(what, (line) => line === what, { deadlineMs });

/** Who takes a call now. */
async function takes(edge: Started): Promise<string> {
  const phone = await Phone.udp();
  phone.ask(edge.sip, { method: 'INVITE' });
  const subject = (await phone.response(486)).get('subject') ?? '';
  phone.close();
  return subject;
}

test('a killed app is followed at once, by exactly one of those who wait', async () => {
  const edge = await startEdge();
  const first = app('first', edge);
  await says(first, 'active 1');
  const others = [app('second', edge), app('third', edge)];
  for (const other of others) await says(other, 'refused');
  const killedAt = performance.now();
  first.child.kill('SIGKILL');
  const active = await waitFor('another', () =>
    others.find(({ lines }) => lines.all.includes('active 2')),
  );
  // Sooner than the 2 s that a process gets which may live.
  expect(performance.now() - killedAt).toBeLessThan(2000);
  expect(await takes(edge)).toBe(active === others[0] ? 'second' : 'third');
  active.child.kill('SIGKILL');
  await waitFor('the last one', () => others.some(({ lines }) => lines.all.includes('active 3')));
  expect(others.flatMap(({ lines }) => lines.all).sort()).toEqual([
    ...['active 2', 'active 3', 'refused', 'refused'],
  ]);
});

test('an app that is stopped is taken over, and woken it can do nothing', async () => {
  const edge = await startEdge();
  const paused = app('paused', edge);
  await says(paused, 'active 1');
  const next = app('next', edge);
  await says(next, 'refused');
  expect(await takes(edge)).toBe('paused');
  paused.child.kill('SIGSTOP');
  await says(next, 'active 2');
  expect(await takes(edge)).toBe('next');
  // It reads and nothing else: who has the claim is somebody else.
  const onlooker = await reading(edge);
  const noted = async () => {
    const { sessions } = await onlooker.command('session.list', {});
    return sessions.find(({ session }) => session === 'paused')?.note;
  };
  const before = await noted();
  expect(Number(before)).toBeGreaterThan(0);
  paused.child.kill('SIGCONT');
  await says(paused, 'lost');
  await says(paused, 'drachtio refused');
  expect(await noted()).toBe(before);
  expect(await takes(edge)).toBe('next');
  expect(next.lines.all).not.toContain('lost');
});

/** Of an app that never asked. */
async function reading(edge: Started): Promise<ControlClient> {
  const made = client(edge);
  await within('the onlooker', once(made, 'connected'));
  return made;
}

test('without the claim an app may read, and nothing else', async () => {
  const edge = await startEdge();
  const onlooker = await reading(edge);
  await onlooker.command('session.note', { session: 'before any claim', note: '' });
  const cut = once(onlooker, 'disconnected');
  const active = await holder(edge);
  await within('the cut', cut);
  await active.command('session.note', { session: 'mine', note: '' });
  await waitFor('the way back', () => onlooker.isConnected);
  const { sessions } = await onlooker.command('session.list', {});
  expect(sessions.map(({ session }) => session).sort()).toEqual(['before any claim', 'mine']);
  await onlooker.command('dialog.list', {});
  await onlooker.command('guard.list', {});
  await onlooker.command('claim.release', {});
  for (const order of [
    onlooker.command('session.close', { session: 'mine' }),
    onlooker.command('ack', { seq: 1 }),
    onlooker.command('reattached', {}),
    onlooker.command('hotlines', { hotlines: [], trunks: [] }),
    onlooker.command('prompts.reload', {}),
  ]) {
    await expect(order).rejects.toMatchObject({ code: 'no-claim' });
  }
  expect((await active.command('session.list', {})).sessions).toHaveLength(2);
});

test('epochs grow whatever is restarted, and who outlived the edge holds on', async () => {
  const OPENLINE_DATA = mkdtempSync(join(folder, 'claims-'));
  const claims = join(OPENLINE_DATA, 'edge', 'claims.json');
  const first = await startEdge({ OPENLINE_DATA });
  const survivor = await holder(first);
  expect(survivor.epoch).toBe(1);
  first.edge.child.kill('SIGKILL');
  await first.edge.exit;
  const kept = JSON.parse(readFileSync(claims, 'utf8')) as object;
  expect(kept).toMatchObject({ 'cell:all': { epoch: 1 } });
  const restart = { OPENLINE_DATA, MEDIA_LISTEN: `127.0.0.1:${first.control}` };
  const again = once(survivor, 'connected');
  const second = await startEdge(restart);
  await within('the survivor', again);
  expect(survivor.epoch).toBe(1);
  survivor.close();
  const next = await holder(second);
  expect(next.epoch).toBe(2);
  await next.claimAbove(7);
  expect(next.epoch).toBe(8);
  second.edge.child.kill('SIGKILL');
  await second.edge.exit;
  // Nobody can read it: whoever has seen an epoch says so.
  writeFileSync(claims, '{"cell:a');
  const lost = once(next, 'lost');
  const third = await startEdge(restart);
  await within('what it held is over', lost);
  expect((await holder(third, 8)).epoch).toBe(9);
});
