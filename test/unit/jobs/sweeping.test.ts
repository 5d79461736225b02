import { Sweeping } from '../../../src/jobs/sweeping';

/** What is there to be swept, batch by batch; an error: the database is away. */
const sweeps = (answers: (number | Error)[]) => {
  const errors: unknown[] = [];
  let asked = 0;
  const sweeping = new Promise<Sweeping>((done) => {
    const job: Sweeping = new Sweeping({
      sweep: (most) => {
        const answer = answers[asked++];
        if (asked === answers.length) done(job);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? most);
      },
      onError: (error) => errors.push(error),
      everyMs: 1,
    });
    job.start();
  });
  return { sweeping, errors, asked: () => asked };
};

test('batch after batch while they are full; then, and when the database was away, another time', async () => {
  const { sweeping, errors, asked } = sweeps([1000, 1000, 7, new Error('away'), 1000, 0]);
  const job = await sweeping;
  await job.stop();
  expect(errors).toEqual([new Error('away')]);
  expect(asked()).toBe(6);
});
