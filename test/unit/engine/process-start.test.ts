import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  startByProc,
  startByPs,
  startOf,
  type StartTeller,
} from '../../../src/engine/process-start';
import { needs } from '../../support/needs';

let child: ChildProcess;
beforeEach(async () => {
  child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
});
afterEach(() => ended());

async function ended(): Promise<void> {
  if (child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function isToldUntilGone(tell: StartTeller): Promise<void> {
  const pid = child.pid!;
  const began = tell(pid);
  expect(began).not.toBe('');
  expect(tell(pid)).toBe(began);
  await ended();
  expect(tell(pid)).toBe('');
}

test('by /proc a process says the same until it is gone, and another one something else', async () => {
  expect(startByProc(child.pid!)).not.toBe(startByProc(process.pid));
  await isToldUntilGone(startByProc);
});

needs('ps')('by ps', () => {
  test('a process says the same until it is gone', () => isToldUntilGone(startByPs));

  test('it is told by the clock of no place, in no language', () => {
    expect(startByPs(child.pid!)).toMatch(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
  });
});

test('a process that nobody has is told by none', () => {
  expect(startOf(4_194_305)).toBe('');
});
