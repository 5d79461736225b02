import { pageOf } from '../../../src/http/pages';
import type { Page, PageRequest } from '../../../src/http/queries';

interface Thing {
  at: number;
  id: string;
}
const keyOf = ({ at, id }: Thing) => [at, id];
const things = (...ats: number[]): Thing[] => ats.map((at) => ({ at, id: `t${at}` }));

/** Everything, page by page; `meanwhile` happens to the list between two pages. */
function walk(list: Thing[], limit: number, meanwhile: (page: number) => void = () => undefined) {
  const seen: number[] = [];
  let after: string | null = null;
  for (let page = 0; page < 100; page += 1) {
    const asked: PageRequest = { limit, ...(after !== null && { after }) };
    const { items, next }: Page<Thing> = pageOf(list, asked, keyOf, 'last');
    seen.push(...items.map(({ at }) => at));
    if (next === null) return seen;
    after = next;
    meanwhile(page);
  }
  throw new Error('it has no end');
}

test.each([1, 2, 3, 4, 5, 6])('pages of %i hold everything once, in order', (limit) => {
  expect(walk(things(3, 1, 5, 2, 4), limit)).toEqual([5, 4, 3, 2, 1]);
});

test('what comes and goes meanwhile shows nothing twice, and leaves out nothing that stays', () => {
  const list = things(1, 2, 3, 4, 5, 6, 7, 8);
  const seen = walk(list, 2, (page) => {
    // One before, one behind; and the last that was shown goes.
    list.push(...things(100 + page, 0.5 - page / 100));
    list.splice(
      list.findIndex(({ at }) => at === 7 - 2 * page),
      1,
    );
  });
  expect(seen.filter((at) => at >= 1 && at <= 8)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  expect(new Set(seen).size).toBe(seen.length);
});

test('the last page has no next, also when it is full', () => {
  expect(pageOf(things(1, 2), { limit: 2 }, keyOf)).toMatchObject({ next: null });
  expect(pageOf([], { limit: 2 }, keyOf)).toEqual({ items: [], next: null });
});

test.each([
  ['no base64', '!!'],
  ['no JSON', 'YWJj'],
  ['of another kind of list', Buffer.from('["a"]').toString('base64url')],
  ['with other values', Buffer.from('["a", 1]').toString('base64url')],
  ['no list', Buffer.from('{"a":1}').toString('base64url')],
])('a cursor that is %s is refused', (_what, after) => {
  const ask = () => pageOf(things(1, 2), { limit: 1, after }, keyOf);
  expect(ask).toThrow(expect.objectContaining({ code: 'BAD_CURSOR' }));
});
