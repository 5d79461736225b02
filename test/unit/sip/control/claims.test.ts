import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { GONE_MS } from '../../../../sip/control/claim';
import { Claims } from '../../../../sip/control/claims';
import { processMark } from '../../../../sip/control/process-mark';

test('who had the claim before the edge fell has it still, however long the edge took to come back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openline-claims-'));
  const path = join(folder, 'claims.json');
  const holder = { life: 'first', process: processMark() };
  writeFileSync(path, JSON.stringify({ 'cell:all': { epoch: 7, holder } }));
  let now = 0;
  const claims = new Claims(path, pino({ level: 'silent' }), () => now);
  now = 2 * GONE_MS;
  // One that stands by is quicker.
  const later = { granted: false, epoch: 7 };
  expect(await claims.ask('cell:all', { life: 'second' })).toEqual(later);
  now += GONE_MS - 1;
  expect(await claims.ask('cell:all', { life: 'second' })).toEqual(later);
  expect(await claims.ask('cell:all', { life: 'first', had: 7 })).toEqual({
    granted: true,
    epoch: 7,
  });
  rmSync(folder, { recursive: true });
});

test('who does not come back has it no longer than another was told to wait', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openline-claims-'));
  const path = join(folder, 'claims.json');
  writeFileSync(path, JSON.stringify({ cell: { epoch: 7, holder: { life: 'a', process: null } } }));
  let now = 0;
  const claims = new Claims(path, pino({ level: 'silent' }), () => now);
  now = 60_000;
  expect(await claims.ask('cell', { life: 'b' })).toEqual({ granted: false, epoch: 7 });
  now += GONE_MS;
  expect(await claims.ask('cell', { life: 'b' })).toEqual({ granted: true, epoch: 8 });
  rmSync(folder, { recursive: true });
});
