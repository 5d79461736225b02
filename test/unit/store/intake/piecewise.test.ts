import { piecewise } from '../../../../src/store/intake/piecewise';

/** How many rows were worked on in each turn of the event loop. */
async function turnsOf(rows: number): Promise<{ made: number[]; turns: number[] }> {
  const turns: number[] = [];
  let inTurn = 0;
  let isOver = false;
  const watch = (): void => {
    if (inTurn > 0) turns.push(inTurn);
    inTurn = 0;
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  const all = Array.from({ length: rows }, (_none, nth) => nth);
  const made = await piecewise(all, (nth) => {
    inTurn += 1;
    return nth * 2;
  });
  isOver = true;
  await new Promise((resolve) => setImmediate(resolve));
  return { made, turns };
}

test('E30: calls have their turn while a portion of an import lands: no turn has more than 25 rows', async () => {
  const { made, turns } = await turnsOf(1000);
  expect(made).toEqual(Array.from({ length: 1000 }, (_none, nth) => nth * 2));
  expect(turns.length).toBeGreaterThanOrEqual(40);
  expect(Math.max(...turns)).toBeLessThanOrEqual(25);
});

test('of nothing nothing is made', async () => expect(await piecewise([], () => 1)).toEqual([]));
