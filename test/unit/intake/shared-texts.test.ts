import { SharedTexts } from '../../../src/intake/shared-texts';

test('E30: texts come back as they were, of any length, also with half of a character', () => {
  const long = '长'.repeat(700_000);
  const all = ['', '王芳🌸', long, 'x', '\ud83c', '\u0000a', long];
  for (let nth = 0; nth < 5000; nth += 1) all.push(`text ${nth}`);
  const texts = new SharedTexts();
  for (const text of all) texts.add(text);
  expect(all.map((_text, nth) => texts.at(nth) === all[nth])).not.toContain(false);
  for (const nth of [-1, all.length, 0.5, Number.NaN]) expect(texts.at(nth)).toBeUndefined();
});
