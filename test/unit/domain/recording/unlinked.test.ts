import { judgeLinks, type OpenLink } from '../../../../src/domain/recording/unlinked';

const GRACE = 60;
const link = (parts: Partial<OpenLink> = {}): OpenLink => ({
  ...{ recordingId: 'r1', callId: 'c1', storeId: 'bj01', path: 'bj01/2026/03/02/c1-r1.wav' },
  ...{ savedAt: 100, linked: false, told: false },
  ...parts,
});
const codes = (open: OpenLink[], since: number, now: number): string[] =>
  judgeLinks(open, since, now, { graceMs: GRACE }).alarms.map(({ code }) => code);

test.each([
  ['within the grace', link(), 0, 159, []],
  ['after it', link(), 0, 160, ['RECORDING_UNLINKED']],
  ['told before', link({ told: true }), 0, 500, []],
  ['saved before the start: the grace counts from that', link(), 200, 259, []],
  ['… and ends', link(), 200, 260, ['RECORDING_UNLINKED']],
  ['its call came before it was told', link({ linked: true }), 0, 500, []],
  [
    'its call came after it was told',
    link({ linked: true, told: true }),
    0,
    1,
    ['RECORDING_LINKED'],
  ],
])('a recording without a call: %s', (_what, open, since, now, alarms) => {
  expect(codes([open], since, now)).toEqual(alarms);
});

test('names the file and the call, and tells the supervisors of the store', () => {
  const { alarms, told } = judgeLinks([link({ storeId: null })], 0, 160, { graceMs: GRACE });
  expect(alarms).toEqual([
    {
      ...{ type: 'alarm.raised', at: 160, code: 'RECORDING_UNLINKED', storeId: 'bj01' },
      detail: 'bj01/2026/03/02/c1-r1.wav (call c1)',
    },
  ]);
  expect(told).toEqual(['r1']);
});

test('of many in a store one alarm is made, and all are told', () => {
  const ids = Array.from({ length: 8 }, (_, n) => `r${n}`);
  const many = ids.map((recordingId) => link({ recordingId, path: `bj01/${recordingId}.wav` }));
  const other = link({ recordingId: 'sh', storeId: 'sh01', path: 'sh01/x.wav' });
  const { alarms, told } = judgeLinks([...many, other], 0, 160, { graceMs: GRACE });
  expect(alarms.map(({ storeId }) => storeId)).toEqual(['bj01', 'sh01']);
  expect(alarms[0]?.detail).toMatch(/^bj01\/r0\.wav .*bj01\/r4\.wav \(call c1\) and 3 others$/);
  expect(told).toEqual([...ids, 'sh']);
});

test('says when the next one is due', () => {
  const later = [link({ savedAt: 180 }), link({ savedAt: 150 }), link()];
  expect(judgeLinks(later, 0, 160, { graceMs: GRACE }).nextAt).toBe(210);
  expect(judgeLinks([link()], 0, 160, { graceMs: GRACE }).nextAt).toBeNull();
});

test('it is over in a store when the last of it is found, or gone', () => {
  const found = link({ recordingId: 'r2', linked: true, told: true });
  const missing = link({ told: true });
  const judged = judgeLinks([found, missing], 0, 500, { graceMs: GRACE, standing: ['bj01'] });
  expect(judged).toMatchObject({ alarms: [], told: ['r2'] });
  // Those of a store were deleted, or told by a former life that fell before it could tell their end.
  expect(judgeLinks([], 0, 1, { standing: ['bj01'] }).alarms).toMatchObject([
    { code: 'RECORDING_LINKED', storeId: 'bj01', detail: '' },
  ]);
});
