import { provenanceOf } from '../../../src/http/origin';

const host = 'pbx.example:8080';

describe('where a request comes from', () => {
  test.each([
    ['our page', { origin: 'http://pbx.example:8080' }, 'same'],
    ['our page behind TLS', { origin: 'https://pbx.example:8080' }, 'same'],
    [
      'our page in capitals',
      { host: 'PBX.example:8080', origin: 'http://pbx.example:8080' },
      'same',
    ],
    ['our page by fetch metadata', { 'sec-fetch-site': 'same-origin' }, 'same'],
    ['another port', { origin: 'http://pbx.example:3000' }, 'foreign'],
    ['another name', { origin: 'http://evil.example:8080' }, 'foreign'],
    ['a name that begins like ours', { origin: 'http://pbx.example:8080.evil.example' }, 'foreign'],
    ['a sandboxed page', { origin: 'null' }, 'foreign'],
    ['nonsense', { origin: 'pbx.example' }, 'foreign'],
    ['another site by fetch metadata', { 'sec-fetch-site': 'cross-site' }, 'foreign'],
    ['a sister site by fetch metadata', { 'sec-fetch-site': 'same-site' }, 'foreign'],
    ['a bookmark', { 'sec-fetch-site': 'none' }, 'foreign'],
    [
      'two that disagree',
      { origin: 'http://pbx.example:8080', 'sec-fetch-site': 'cross-site' },
      'foreign',
    ],
    ['a program', {}, 'unsaid'],
  ])('%s', (_what, headers, expected) => {
    expect(provenanceOf({ host, ...headers })).toBe(expected);
  });

  test('without a Host nothing is ours', () => {
    expect(provenanceOf({ origin: 'http://pbx.example' })).toBe('foreign');
  });
});
