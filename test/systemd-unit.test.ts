import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from './support/needs';

/** The unit that is handed out: what it promises of ending, limits and rights, and that systemd takes it. */
const UNIT = readFileSync(join(__dirname, '../deploy/openline.service'), 'utf8');

/** Values of a key, in all sections. */
const valuesOf = (key: string): string[] =>
  UNIT.split('\n').flatMap((line) =>
    line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : [],
  );

test.each([
  // Only the launcher is told; it ends the others in its order.
  ['KillMode', 'mixed'],
  ['KillSignal', 'SIGTERM'],
  // A child that the kernel ends for its memory is the launcher's to start again.
  ['OOMPolicy', 'continue'],
  ['Restart', 'on-failure'],
  ['User', 'openline'],
  ['StateDirectory', 'openline'],
  ['WorkingDirectory', '/var/lib/openline'],
  ['ExecStart', '/usr/bin/node /opt/openline/scripts/start.mjs'],
  ['NoNewPrivileges', 'yes'],
  ['ProtectSystem', 'strict'],
  ['ProtectHome', 'yes'],
  ['CapabilityBoundingSet', ''],
  ['LimitNICE', '-7'],
  ['LimitCORE', '0'],
])('%s is %s', (key, value) => {
  expect(valuesOf(key)).toEqual([value]);
});

test('systemd waits longer than the launcher does for its children, and allows files for a thousand calls', () => {
  const launcher = readFileSync(join(__dirname, '../src/launcher/launch.ts'), 'utf8');
  const limits = [...launcher.matchAll(/^const STOP_\w+_MS = (\d+);$/gm)].map(([, ms]) =>
    Number(ms),
  );
  expect(limits).toHaveLength(2);
  const waits = limits.reduce((sum, ms) => sum + ms, 0);
  expect(Number(valuesOf('TimeoutStopSec')[0]) * 1000).toBeGreaterThan(2 * waits);
  expect(Number(valuesOf('LimitNOFILE')[0])).toBeGreaterThanOrEqual(1000 * 5);
});

test('what would break the product is not there: V8 writes code, the edge reads its addresses by netlink', () => {
  expect(valuesOf('MemoryDenyWriteExecute')).toEqual([]);
  expect(valuesOf('RestrictAddressFamilies')[0]?.split(' ')).toContain('AF_NETLINK');
});

needs('systemd-analyze')('as systemd reads it', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'openline-unit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The unit with the Node of this machine, which has to be there. */
  function analysed(args: string[], unit: string): { status: number | null; said: string } {
    const path = join(folder, 'openline.service');
    writeFileSync(path, unit.replace('/usr/bin/node', process.execPath));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, path], {
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  }

  test('it is taken without a word; a wrong key is not', () => {
    expect(analysed(['verify', '--man=no'], UNIT)).toEqual({ status: 0, said: '' });
    const wrong = UNIT.replace('KillMode=mixed', 'KillMood=mixed');
    expect(analysed(['verify', '--man=no'], wrong).said).toContain('KillMood');
  });

  test('its exposure is at most 3.5 of 10', () => {
    const args = ['security', '--offline=true', '--no-pager', '--threshold=35'];
    expect(analysed(args, UNIT).status).toBe(0);
    const open = UNIT.replace(/^(Protect|Private|Restrict)\w+=.*\n/gm, '');
    expect(analysed(args, open).status).not.toBe(0);
  });
});
