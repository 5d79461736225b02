import { recordingPath, utcDate } from '../../../../src/domain/recording/path';

const recording = { storeId: 'bj01', callId: 'call', recordingId: 'recording' };

test('a recording lies in the folder of its store and UTC day', () => {
  const startedAt = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
  expect(recordingPath({ ...recording, startedAt })).toBe('bj01/2026/12/31/call-recording.wav');
});

test('no id of a plan leads out of the recordings folder', () => {
  const path = recordingPath({ ...recording, storeId: '../../etc', startedAt: 0 });
  expect(path).toBe('______etc/1970/01/01/call-recording.wav');
});

test('Chinese ids keep their letters', () => {
  expect(recordingPath({ ...recording, storeId: '北京一店', startedAt: 0 })).toMatch(/^北京一店\//);
});

test('dates agree with the calendar on every day of four centuries', () => {
  for (let day = Date.UTC(1900, 0, 1); day < Date.UTC(2300, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    const expected = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const { year, month, day: dayOfMonth } = utcDate(day + 43_200_000);
    if (year !== expected[0] || month !== expected[1] || dayOfMonth !== expected[2])
      throw new Error(`${date.toISOString()} became ${year}-${month}-${dayOfMonth}`);
  }
});
