import type { PlanPerson } from '../../../../src/domain/plan';
import { demandsOf, skillsOf, stepAt, suits, widensAt } from '../../../../src/domain/queue/demands';

const wang: PlanPerson = {
  ...{ id: 'wang', name: 'Wang', post: 'telemarketer', store: 'bj01', queues: ['sales'] },
  skills: { volvo: 3, sh01: 1 },
};

test.each([
  [{}, true],
  [{ volvo: 3 }, true],
  [{ volvo: 4 }, false],
  [{ volvo: 1, english: 1 }, false],
  // His post and his store are skills of his, at the highest level; of another store he has what the plan says.
  [{ telemarketer: 9, bj01: 9 }, true],
  [{ supervisor: 1 }, false],
  [{ sh01: 1 }, true],
  [{ sh01: 2 }, false],
])('who is wanted: %j, and he suits: %p', (wants, expected) => {
  const [demand] = demandsOf({ wants });
  expect(suits(skillsOf(wang), demand!)).toBe(expected);
});

test('what is wanted widens with the time in line, in whatever order the plan has the steps', () => {
  const demands = demandsOf({
    wants: { volvo: 5 },
    widen: [
      { after: 60, wants: {} },
      { after: 20, wants: { volvo: 3 } },
    ],
  });
  const place = 1000;
  const at = (seconds: number) => place + seconds * 1000;
  expect([0, 19, 20, 59, 60, 9999].map((s) => stepAt(demands, place, at(s)))).toEqual([
    0, 0, 1, 1, 2, 2,
  ]);
  expect(stepAt(demands, place, at(20) - 1)).toBe(0);
  expect([0, 20, 60].map((s) => widensAt(demands, place, at(s)))).toEqual([at(20), at(60), null]);
});
