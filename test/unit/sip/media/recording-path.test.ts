import { recordingPath } from '../../../../sip/media/recording-path';

test.each([
  ['2024/05/17/bj01/one.wav', '2024/05/17/bj01/one.wav'],
  ['./a//b.wav', 'a/b.wav'],
  ['a/../b.wav', 'b.wav'],
  ['北京一店/one.wav', '北京一店/one.wav'],
])('%s stays inside the folder', (given, path) => {
  expect(recordingPath(given)).toBe(path);
});

test.each([
  '/etc/passwd.wav',
  '../one.wav',
  'a/../../one.wav',
  'a\\..\\one.wav',
  'a\u0000.wav',
  'one.mp3',
  '',
  `${'x'.repeat(600)}.wav`,
])('%j is refused', (given) => {
  expect(() => recordingPath(given)).toThrow(expect.objectContaining({ code: 'bad-request' }));
});
