import { ERRORS } from '../../../src/domain/errors';
import type { ErrorCode } from '../../../src/domain/errors';
import { answerFor, languageOf } from '../../../src/http/errors';

describe('the language of an answer', () => {
  test.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB,en;q=0.9', 'en'],
    ['EN', 'en'],
    ['fr, en;q=0.5, zh;q=0.4', 'en'],
    ['fr', 'zh'],
    ['en;q=0', 'zh'],
    ['en;q=0.1, zh;q=0.2', 'zh'],
    ['zh;q=oops, en', 'zh'],
    ['*', 'zh'],
  ])('of Accept-Language %s is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('the catalogue', () => {
  test.each(Object.keys(ERRORS) as ErrorCode[])('%s speaks both languages', (code) => {
    for (const language of ['zh', 'en'] as const) {
      const answer = answerFor(code, language);
      expect(answer.code).toBe(code);
      expect(answer.message).not.toBe('');
      expect(answer.whatToDo).not.toBe('');
    }
    expect(answerFor(code, 'zh').message).toMatch(/[\u4e00-\u9fff]/);
    expect(answerFor(code, 'en').message).not.toMatch(/[\u4e00-\u9fff]/);
  });
});
