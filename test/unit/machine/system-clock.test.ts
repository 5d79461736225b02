import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchClock } from '../../../src/app/machine';
import { parseSettings } from '../../../src/config';
import { clockFact } from '../../../src/machine/clock';
import { Seen } from '../../support/wait';

/** Programs of the name, found by PATH, that say what the real ones said. */
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'openline-clock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

const chronyc = (text: string): void =>
  program('chronyc', `[ "$*" = "-n tracking" ] && echo '${text}'`);
const timedatectl = (kernel: string, timesync: string): void =>
  program('timedatectl', `case "$1" in show) ${kernel} ;; timesync-status) ${timesync} ;; esac`);
const asked = () => clockFact([], Date.now, { PATH: folder });

/** `chronyc tracking` of chrony 4, and of 1.x. */
const CHRONY_4 = `Reference ID    : 50505300 (PPS)
Stratum         : 1
Ref time (UTC)  : Fri Apr 19 22:12:03 2024
System time     : 0.000000072 seconds fast of NTP time
Last offset     : -0.000000011 seconds
RMS offset      : 0.000000195 seconds
Frequency       : 1.789 ppm slow
Residual freq   : -0.000 ppm
Skew            : 0.016 ppm
Root delay      : 0.000000001 seconds
Root dispersion : 0.000011804 seconds
Update interval : 16.0 seconds
Leap status     : Normal`;
const CHRONY_1 = `Reference ID    : 1.2.3.4 (a.b.c)
Stratum         : 3
Ref time (UTC)  : Fri Feb  3 15:00:29 2012
System time     : 0.000001501 seconds slow of NTP time
Last offset     : -0.000001632 seconds
RMS offset      : 0.000002360 seconds
Frequency       : 331.898 ppm fast
Residual freq   : 0.004 ppm
Skew            : 0.154 ppm
Root delay      : 0.373169 seconds
Root dispersion : 0.024780 seconds
Update interval : 64.2 seconds
Leap status     : Normal`;
/** Before the first answer of any server. */
const CHRONY_ALONE = `Reference ID    : 00000000 ()
Stratum         : 0
Ref time (UTC)  : Thu Jan 01 00:00:00 1970
System time     : 0.000000000 seconds fast of NTP time
Last offset     : +0.000000000 seconds
RMS offset      : 0.000000000 seconds
Frequency       : 0.000 ppm slow
Residual freq   : +0.000 ppm
Skew            : 0.000 ppm
Root delay      : 1.000000000 seconds
Root dispersion : 1.000000000 seconds
Update interval : 0.0 seconds
Leap status     : Not synchronised`;
const off = (seconds: string): string => CHRONY_1.replace('0.000001501 seconds slow', seconds);

test.each<[string, string, number]>([
  ['chrony 4', CHRONY_4, -0.000072],
  ['chrony 1', CHRONY_1, 0.001501],
  ['a clock that is behind', off('0.734112000 seconds slow'), 734.112],
  ['a clock that is ahead', off('12.000000000 seconds fast'), -12_000],
])('what chrony knows is heard so: %s', async (_what, text, offsetMs) => {
  chronyc(text);
  timedatectl('echo no', 'exit 1');
  expect(await asked()).toEqual({ is: 'measured', offsetMs: expect.closeTo(offsetMs, 6) });
});

test.each([
  ['no server has answered', CHRONY_ALONE],
  ['it follows itself', CHRONY_1.replace('1.2.3.4 (a.b.c)', '7F7F0101 ()')],
  ['it did so before version 3', CHRONY_1.replace('1.2.3.4 (a.b.c)', '127.127.1.1 ()')],
  ['no server answers any more', CHRONY_1.replace('0.024780 seconds', '0.400000 seconds')],
])('chrony that follows nobody is none: %s', async (_what, text) => {
  chronyc(text);
  expect(await asked()).toEqual({ is: 'unsynchronised' });
});

/** `timedatectl timesync-status` of systemd 249. */
const TIMESYNC = `       Server: 91.189.91.157 (ntp.ubuntu.com)
Poll interval: 34min 8s (min: 32s; max 34min 8s)
         Leap: normal
      Version: 4
      Stratum: 2
    Reference: 84A30461
    Precision: 1us (-23)
Root distance: 28.884ms (max: 5s)
       Offset: -1.294ms
        Delay: 105.937ms
       Jitter: 2.354ms
 Packet count: 33
    Frequency: -14.013ppm`;
/** Of one that has asked nobody yet. */
const TIMESYNC_NEW = `       Server: n/a (0.debian.pool.ntp.org)
Poll interval: 0 (min: 32s; max 34min 8s)
 Packet count: 0`;

test.each<[string, number]>([
  ['-1.294ms', -1.294],
  ['+316us', 0.316],
  ['-0.5s', -500],
  ['0', 0],
])('what timesyncd found, where chrony is not: %s', async (said, offsetMs) => {
  program('chronyc', 'echo "506 Cannot talk to daemon"; exit 1');
  timedatectl('echo yes', `echo '${TIMESYNC.replace('-1.294ms', said)}'`);
  expect(await asked()).toEqual({ is: 'measured', offsetMs: expect.closeTo(offsetMs, 6) });
});

test.each([
  ['that it has asked nobody yet', 'echo yes', `echo '${TIMESYNC_NEW}'`, 'synchronised'],
  ['something without a figure', 'echo yes', `echo '  Offset: soon'`, 'synchronised'],
  [
    'how far off it was when it set it, which is no longer so',
    'echo yes',
    `echo '  Offset: +1.502345s'`,
    'synchronised',
  ],
  ['the same of hours', 'echo yes', `echo '  Offset: -2h 3min'`, 'synchronised'],
  ['nothing, for another service keeps the clock', 'echo yes', 'exit 1', 'synchronised'],
  ['what it found before its servers went', 'echo no', `echo '${TIMESYNC}'`, 'unsynchronised'],
  ['nothing, and the kernel neither', 'exit 1', 'exit 1', 'unknown'],
])('timesyncd says %s', async (_what, kernel, timesync, is) => {
  timedatectl(kernel, timesync);
  expect(await asked()).toMatchObject({ is });
});

test('where there is no program nothing is known, and what was looked for is named', async () => {
  expect(await asked()).toEqual({ is: 'unknown', why: 'chronyc, timedatectl' });
});

test('without any setting a clock that is off is the alarm', async () => {
  chronyc(off('0.734112000 seconds slow'));
  const told = new Seen<string>();
  const { PATH } = process.env;
  process.env['PATH'] = folder;
  const watch = watchClock(parseSettings({}, folder), (code, detail) =>
    told.add(`${code} ${detail}`),
  );
  await told
    .next('the alarm', () => true)
    .finally(() => {
      watch.close();
      process.env['PATH'] = PATH;
    });
  expect(told.all).toEqual(['CLOCK_OFF 734 ms']);
});
