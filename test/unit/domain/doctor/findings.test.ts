import { findings, type DoctorFacts } from '../../../../src/domain/doctor/findings';
import type { PlanFinding } from '../../../../src/domain/plan-lint/finding';
import { MACHINE } from '../../../support/http';
import type { HotlineView } from '../../../../src/domain/notices';
import type { TrunkView } from '../../../../src/domain/trunk/view';

const DATABASE = { clockOffMs: 40, version: '16.4', latencyMs: 3, bytes: 2e9 };
const BACKUPS = { dir: '/saved', goodAt: 0, since: 0, at: 20 * 3_600_000, failed: null };
const WELL: DoctorFacts = {
  database: DATABASE,
  ...{ machine: MACHINE, recordedHours: 100 },
  missing: [],
  plan: [],
  byPasswordAlone: { people: [], isMeant: false },
  promptsMissing: [],
  folders: [{ path: '/recordings', freeBytes: 300e9 }],
  hotlines: [],
  callsLost: 0,
  unconfirmed: 0,
  trunks: [],
};
const slip = (severity: PlanFinding['severity']): PlanFinding => ({
  ...{ code: 'X', severity, at: 'hotlines[0].queue', zh: '看', en: 'Look' },
});
const hotline = (fault: string | null, failures: number): HotlineView =>
  ({
    number: '400',
    test: { fault, failures, detail: '', answeredMs: 12, mos: 4.4, at: 0 },
  }) as HotlineView;
const view: TrunkView = {
  ...{ id: 'carrier', channels: 30, used: 0, peak: 0, minutesFull: 0, nearlyFull: false },
  ...{ reservedForInbound: 15, cps: null, gateways: [], registration: null },
};
const trunk = (erlangs: number | null, more: Partial<TrunkView> = {}): Partial<DoctorFacts> => ({
  trunks: [
    {
      view: { ...view, ...more },
      busiest: erlangs === null ? null : { at: 0, erlangs },
      peak: 21,
    },
  ],
});
const gateways = (...up: boolean[]) => up.map((one) => ({ address: 'sip:gw', up: one }));

test.each<[string, Partial<DoctorFacts>, string, string]>([
  [
    'recordings behind a password',
    { byPasswordAlone: { people: ['a', 'b', 'c', 'd', 'e', 'f'], isMeant: false } },
    'warn second factor',
    'to 6 (a, b, c, d, e …). Say signIn',
  ],
  [
    'leads of HQ that nobody confirms (A26)',
    { unconfirmed: 3 },
    'warn confirmations',
    '3 leads of HQ wait',
  ],
  ['a database that is away', { database: null }, 'fail database', 'PostgreSQL'],
  [
    'a clock that is off',
    { database: { ...DATABASE, clockOffMs: -9000 } },
    'warn database',
    '9 s apart',
  ],
  ['an old database', { database: { ...DATABASE, version: '13.9' } }, 'fail database', '13.9'],
  ['a slow one', { database: { ...DATABASE, latencyMs: 900 } }, 'warn database', '900 ms'],
  ['an order', { readOnly: { why: 'ordered', since: 0 } }, 'warn read-only', 'off ends it'],
  ['a full data disk', { readOnly: { why: 'disk', since: 0 } }, 'fail read-only', 'Make room'],
  [
    'a backup that failed last night',
    { backups: { ...BACKUPS, failed: 'NO_ROOM: 9 MB' } },
    'warn backups /saved',
    '20 hours old, and the last try failed: NO_ROOM: 9 MB',
  ],
  [
    'backups that are old',
    { backups: { ...BACKUPS, at: 40 * 3_600_000 } },
    'fail backups /saved',
    'has not ended',
  ],
  ['no signalling', { missing: ['signalling'] }, 'fail signalling', 'SIP'],
  ['no media', { missing: ['media'] }, 'fail media', 'edge'],
  ['no plan', { missing: ['plan'] }, 'fail plan', 'apply'],
  ['a plan with a trap', { plan: [slip('error')] }, 'fail plan hotlines[0].queue', 'Look'],
  ['a prompt that is missing', { promptsMissing: ['en/beep'] }, 'fail prompts', 'en/beep'],
  ['little room', { folders: [{ path: '/r', freeBytes: 9e9 }] }, 'warn disk /r', '9 GB'],
  ['hardly any', { folders: [{ path: '/r', freeBytes: 1e9 }] }, 'fail disk /r', '1 GB'],
  ['no folder', { folders: [{ path: '/r', freeBytes: null }] }, 'fail disk /r', 'rights'],
  ['a failed test', { hotlines: [hotline('silence', 1)] }, 'warn hotline 400', 'silence'],
  ['two of them', { hotlines: [hotline('silence', 2)] }, 'fail hotline 400', 'silence'],
  [
    'a silent gateway',
    trunk(1, { gateways: gateways(true, false) }),
    'warn carrier of carrier',
    'gw',
  ],
  ['only silent ones', trunk(1, { gateways: gateways(false) }), 'fail carrier of carrier', 'gw'],
  [
    'a refused account',
    trunk(1, { registration: { is: 'failing', since: 0, status: 403 } }),
    'fail carrier of carrier',
    '403',
  ],
  ['a trunk that is small', trunk(18), 'warn channels of carrier', '0.1 % takes'],
  ['one that is too small', trunk(25), 'fail channels of carrier', 'Buy more'],
])('%s', (_what, facts, finding, said) => {
  const all = findings({ ...WELL, ...facts });
  const bad = all.filter(({ state }) => state !== 'ok');
  expect(bad.map(({ state, what }) => `${state} ${what}`)).toEqual([finding]);
  expect(bad[0]?.en).toContain(said);
  expect(bad[0]?.zh).toMatch(/[\u4e00-\u9fff]/);
});

test('where nothing is to be done, all is said to be well', () => {
  const all = findings({ ...WELL, ...trunk(12), hotlines: [hotline(null, 0)] });
  expect(all.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(all.find(({ what }) => what === 'channels of carrier')?.en).toBe(
    '30 of them. In the busiest hour of last week 12.0 were in use on average, 21 at most: ' +
      '0.00 % of callers hear "busy". 1 % takes 20 channels, 0.1 % takes 24.',
  );
});

test('what the lint only warns of is no matter of the doctor', () => {
  const plan = [slip('warning'), slip('hint')];
  expect(findings({ ...WELL, plan })).toEqual(findings(WELL));
});

test('the room of a disk is told in hours of talk, and of the clock at the use of last week', () => {
  const said = (recordedHours: number | null) =>
    findings({ ...WELL, recordedHours }).find(({ what }) => what === 'disk /recordings')?.en;
  expect(said(336)).toBe('300 GB are free: 5172 h of talk, 2586 h at the use of last week.');
  expect(said(null)).toBe('300 GB are free: 5172 h of talk.');
});

test('recordings behind a password, where the plan says that it is meant, are told and ask for nothing', () => {
  const byPasswordAlone = { people: ['chen'], isMeant: true };
  expect(findings({ ...WELL, byPasswordAlone })).toContainEqual(
    expect.objectContaining({
      ...{ what: 'second factor', state: 'ok' },
      en: 'A password alone opens recordings to 1 (chen), as the plan says.',
    }),
  );
});
