import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { needs } from '../support/needs';

/** Each bench runs, prints what its readers rely on, and fails no call. */
const root = join(__dirname, '..', '..');

function bench(...args: string[]): { code: number | null; output: string; errors: string } {
  const run = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'test/bench/main.ts'), ...args],
    { cwd: root, encoding: 'utf8' },
  );
  return { code: run.status, output: run.stdout, errors: run.stderr };
}

test('hotline: takes calls under load and tells what they cost', () => {
  const { code, output, errors } = bench('hotline', '--quick', '--json');
  expect(errors).toBe('');
  const result = JSON.parse(output) as Record<string, unknown>;
  expect(result).toMatchObject({ bench: 'hotline', quick: true, busyAnswers: 0, failed: 0 });
  expect(Object.keys(result)).toEqual(
    expect.arrayContaining(['machine', 'commit', 'node', 'startedAt']),
  );
  for (const key of [
    'cpuMsPerCall',
    'dbCpuMsPerCall',
    'cpuMsPerCallSecondRecorded',
    'inviteToAgentP50Ms',
    'inviteToAgentP99Ms',
    'inviteToAgentP99NoDesktopMs',
    'inviteToAgentP99WithDesktopMs',
    'inviteToPopP99Ms',
    'freeToOfferP99Ms',
    'cleanCallsPerSecond',
    'waitErrorCoverage',
    'waitingEdgeMb',
    'waitingAppMb',
  ]) {
    expect(result).toHaveProperty(key, expect.any(Number));
    expect(result[key]).toBeGreaterThan(0);
  }
  expect(result).toMatchObject({ waitingCallers: 12, musicStreams: 4 });
  expect(code).toBe(0);
}, 120_000);

test('burst: nobody hears busy, and everything is in the records', () => {
  const { code, output, errors } = bench('burst', '--quick', '--json');
  expect(errors).toBe('');
  const result = JSON.parse(output) as Record<string, number>;
  expect(result).toMatchObject({ bench: 'burst', calls: 120, busyAnswers: 0, faults: [] });
  for (const key of [
    ...['talks', 'cancelled', 'left', 'toldMediaFull', 'longestRingMs'],
    ...['refusedOffers', 'missedOffers', 'formsFilled'],
  ])
    expect(result[key]).toBeGreaterThan(0);
  expect(code).toBe(0);
}, 240_000);

test('media: carries talks and music and tells what they cost beside a plain forwarder', () => {
  const { code, output, errors } = bench('media', '--quick', '--json');
  expect(errors).toBe('');
  const result = JSON.parse(output) as { runs: Record<string, unknown>[] };
  expect(result).toMatchObject({ bench: 'media', quick: true, failed: 0 });
  expect(result).toHaveProperty('maxWaitingCallers', expect.any(Number));
  const modes = result.runs.map(({ mode }) => mode);
  expect(modes).toEqual(expect.arrayContaining(['plain', 'forward', 'recorded', 'music']));
  for (const run of result.runs) {
    expect(run).toMatchObject({ calls: 20 });
    for (const key of [
      ...['cpuMsPerCallSecond', 'ratioToPlainForward', 'lossRatio'],
      ...['addedLatencyP50Ms', 'addedLatencyP99Ms', 'rssMb'],
    ]) {
      expect(run).toHaveProperty(key, expect.any(Number));
    }
    expect(run['lossRatio']).toBeLessThan(0.5);
  }
  expect(code).toBe(0);
}, 120_000);

test('leads: customers and leads are asked for, and no large table is read from one end to the other', () => {
  const { code, output, errors } = bench('leads', '--quick', '--json');
  expect(errors).toBe('');
  const result = JSON.parse(output) as Record<string, unknown>;
  expect(result).toMatchObject({ bench: 'leads', customers: 2000, leads: 4000, contacts: 20_000 });
  for (const kind of ['numberLookup', 'search', 'leadPage', 'overdueList'])
    for (const share of ['P50Ms', 'P99Ms'])
      expect(result).toHaveProperty(`${kind}${share}`, expect.any(Number));
  expect(result).toMatchObject({ failed: 0 });
  expect(code).toBe(0);
}, 120_000);

test('import: a messy file lands as CSV and as XLSX, a second time it changes nothing, and all is taken back', () => {
  const { code, output, errors } = bench('import', '--quick', '--json');
  expect(errors).toBe('');
  const result = JSON.parse(output) as Record<string, unknown> & { runs: object[] };
  expect(result).toMatchObject({ bench: 'import', quick: true, rows: 1500, faults: [], failed: 0 });
  for (const key of ['seconds', 'cpuMsPerRow', 'peakRssMb']) expect(result[key]).toBeGreaterThan(0);
  expect(result.runs).toMatchObject([{ format: 'csv' }, { format: 'xlsx' }]);
  expect(code).toBe(0);
}, 240_000);

needs('sipp')('the SIP engine alone', () => {
  test('sip: takes calls and tells what they cost', () => {
    const { code, output, errors } = bench('sip', '--quick', '--json');
    expect(errors).toBe('');
    const result = JSON.parse(output) as Record<string, unknown>;
    expect(result).toMatchObject({ bench: 'sip', quick: true, failed: 0 });
    for (const key of [
      'cpuMsPerCall',
      'engineCpuMsPerCall',
      'appCpuMsPerCall',
      'cleanCallsPerSecond',
      'inviteTo200P50Ms',
      'inviteTo200P99Ms',
      'goodputRatioAt2xOverload',
      'rssMbAfter100k',
    ]) {
      expect(result).toHaveProperty(key, expect.any(Number));
    }
    expect(code).toBe(0);
  }, 120_000);
});

test('a bench that does not exist is refused with the names of those that do', () => {
  const { code, errors } = bench('nothing', '--json');
  expect(code).toBe(2);
  expect(errors).toContain('hotline');
}, 30_000);
