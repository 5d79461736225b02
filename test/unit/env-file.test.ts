import { parseEnvFile } from '../../src/env-file';

test.each([
  ['A=1', { A: '1' }],
  ['  A = 1  ', { A: '1' }],
  ['export A=1', { A: '1' }],
  ['A=', { A: '' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['# A=1', {}],
  ['#A=1', {}],
  ['A=1 # one', { A: '1' }],
  ['A=# one', { A: '' }],
  ['A=http://x/#y', { A: 'http://x/#y' }],
  ['A="1 # 2"', { A: '1 # 2' }],
  ["A='1' # one", { A: '1' }],
  ['A="it\'s"', { A: "it's" }],
  ['A=b=c', { A: 'b=c' }],
  ['A=1\nA=2', { A: '2' }],
  ['no setting', {}],
  ['1A=1', {}],
  ['', {}],
])('%j reads as %j', (text, expected) => {
  expect(parseEnvFile(text)).toEqual(expected);
});
