import { Turns } from '../../src/turns';

/** Work that goes on until it is told to end. */
async function held(turns: Turns, names: string) {
  const running: string[] = [];
  const ends = new Map<string, { resolve: (name: string) => void; reject: (why: Error) => void }>();
  const results = [...names].map((name) =>
    turns.run(() => {
      running.push(name);
      return new Promise<string>((resolve, reject) => ends.set(name, { resolve, reject }));
    }),
  );
  await new Promise(setImmediate);
  return {
    running,
    results,
    async end(name: string, why?: Error): Promise<void> {
      const one = ends.get(name);
      if (why) one?.reject(why);
      else one?.resolve(name);
      await new Promise(setImmediate);
    },
  };
}

test('no more are at work than may be, and the others follow in the order in which they came', async () => {
  const { running, results, end } = await held(new Turns(2), 'abcde');
  expect(running.join('')).toBe('ab');
  await end('b');
  expect(running.join('')).toBe('abc');
  await end('a');
  await end('c');
  expect(running.join('')).toBe('abcde');
  await end('d');
  await end('e');
  expect(await Promise.all(results)).toEqual([...'abcde']);
});

test('one that fails gives its turn on, and tells who asked', async () => {
  const turns = new Turns(1);
  const { running, results, end } = await held(turns, 'ab');
  const failed = expect(results[0]).rejects.toThrow('no memory');
  await end('a', new Error('no memory'));
  await failed;
  expect(running.join('')).toBe('ab');
  await end('b');
  const thrown = turns.run(() => {
    throw new Error('at once');
  });
  await expect(thrown).rejects.toThrow('at once');
  const { running: after } = await held(turns, 'cd');
  expect(after.join('')).toBe('c');
});
