import {
  editedSince,
  FIELDS,
  ownFields,
  regrow,
  wordsOf,
  type Fields,
  type Merge,
  type MergeRecord,
} from '../../../../src/domain/customer/merging';
import { seeded, type Random } from '../../../simulation/random';

const NOTHING: Fields = {
  ...{ name: '', kind: null, sex: null, customerType: null, area: '', address: '' },
  ...{ bornOn: null, note: '' },
};

const record = (id: string, createdAt: number, fields: Partial<Fields> = {}): MergeRecord => ({
  ...{ id, createdAt, source: `source of ${id}`, fields: { ...NOTHING, ...fields } },
});

const merge = (id: string, keptId: string, mergedId: string, at: number): Merge => ({
  ...{ id, keptId, mergedId, at, filled: {} },
});

/** Records and merges as the database holds them: each change is made on what the one before left. */
class Books {
  standing: Merge[] = [];
  constructor(public records: MergeRecord[]) {}

  stand(standing: Merge[]): void {
    const { fields, filled } = regrow(this.records, this.standing, standing);
    this.records = this.records.map((one) => ({
      ...one,
      fields: fields.get(one.id) ?? one.fields,
    }));
    this.standing = standing.map((one) => ({ ...one, filled: filled.get(one.id) ?? {} }));
  }

  merge(id: string, keptId: string, mergedId: string, at: number): void {
    this.stand([...this.standing, merge(id, keptId, mergedId, at)]);
  }

  undo(id: string): void {
    this.stand(this.standing.filter((one) => one.id !== id));
  }

  edit(id: string, fields: Partial<Fields>): void {
    this.records = this.records.map((one) =>
      one.id === id ? { ...one, fields: { ...one.fields, ...fields } } : one,
    );
  }

  fields = (id: string): Fields => this.records.find((one) => one.id === id)!.fields;
  filled = (id: string) => this.standing.find((one) => one.id === id)?.filled;
}

test('Q06: the older record stays, what the newer one says fills its empty fields, and is kept with its source and time', () => {
  const books = new Books([
    record('old', 1, { name: '王先生', area: '朝阳' }),
    record('new', 2, { name: '王伟', area: '海淀', address: '中关村', bornOn: '1980-05-01' }),
  ]);
  books.merge('m', 'old', 'new', 9);
  // The fuller name, and nothing in place of what was there.
  expect(books.fields('old')).toEqual({
    ...{ ...NOTHING, name: '王伟', area: '朝阳', address: '中关村', bornOn: '1980-05-01' },
  });
  const from = { from: 'new', source: 'source of new', since: 2 };
  expect(books.filled('m')).toEqual({
    name: { was: '王先生', now: '王伟', ...from },
    address: { was: '', now: '中关村', ...from },
    bornOn: { was: null, now: '1980-05-01', ...from },
  });
  expect(books.fields('new')).toMatchObject({ name: '王伟', area: '海淀' });
});

test('a merge that is taken back leaves what somebody has edited since, and says so', () => {
  const books = new Books([record('old', 1), record('new', 2, { name: '王伟', area: '海淀' })]);
  books.merge('m', 'old', 'new', 9);
  books.edit('old', { area: '朝阳' });
  const [standing] = books.standing;
  expect(editedSince(standing!, books.fields('old'))).toEqual(['area']);
  books.undo('m');
  expect(books.fields('old')).toEqual({ ...NOTHING, area: '朝阳' });
});

test('what somebody has emptied is not filled again by the next merge', () => {
  const books = new Books([
    ...[record('a', 1), record('b', 2, { address: '东四' }), record('c', 3, { address: '西单' })],
  ]);
  books.merge('m1', 'a', 'b', 9);
  books.edit('a', { address: '' });
  books.merge('m2', 'a', 'c', 10);
  expect(books.fields('a').address).toBe('');
  books.undo('m1');
  expect(books.fields('a').address).toBe('西单');
});

test('of a chain each merge can be taken back by itself: what came through it goes with it', () => {
  const books = new Books([record('a', 1), record('b', 2), record('c', 3, { name: '王伟' })]);
  books.merge('m1', 'b', 'c', 9);
  books.merge('m2', 'a', 'b', 10);
  expect(books.fields('a').name).toBe('王伟');
  expect(books.filled('m2')?.name).toMatchObject({ from: 'c', since: 3 });
  books.undo('m1');
  expect(['a', 'b', 'c'].map((id) => books.fields(id).name)).toEqual(['', '', '王伟']);
});

test('when the record that filled a field goes, the next one that says something fills it', () => {
  const books = new Books([
    ...[record('a', 1), record('b', 2, { name: '王先生' }), record('c', 3, { name: '王伟' })],
    record('d', 4, { name: '王维国' }),
  ]);
  books.merge('m1', 'a', 'b', 9);
  books.merge('m2', 'a', 'c', 10);
  books.merge('m3', 'a', 'd', 11);
  expect(books.fields('a').name).toBe('王伟');
  books.undo('m2');
  expect(books.fields('a').name).toBe('王维国');
  books.undo('m3');
  expect(books.fields('a').name).toBe('王先生');
  books.undo('m1');
  expect(books.fields('a').name).toBe('');
});

test('all words of one person on a field: the shown one first, then the oldest', () => {
  const of = (id: string, createdAt: number, area: string) => {
    const { source, fields: own } = record(id, createdAt, { area });
    return { id, createdAt, source, own };
  };
  const words = wordsOf('area', '海淀', [of('b', 2, '海淀'), of('a', 1, '朝阳'), of('c', 3, '')]);
  expect(words.map(({ value, from, since }) => [value, from, since])).toEqual([
    ['海淀', 'b', 2],
    ['朝阳', 'a', 1],
  ]);
});

const VALUES: Record<string, readonly (string | null)[]> = {
  name: ['', '王先生', '王伟', '王'],
  kind: [null, 'person', 'company'],
  sex: [null, 'male'],
  customerType: [null, 'A'],
  bornOn: [null, '1980-05-01'],
};
const anything = (random: Random): Fields =>
  Object.fromEntries(
    FIELDS.map((field) => [field, random.pick(VALUES[field] ?? ['', 'one', 'two']) ?? null]),
  ) as Fields;

/** Two roots that are not one. */
function twoRoots(random: Random, books: Books): [string, string] | null {
  const merged = new Set(books.standing.map(({ mergedId }) => mergedId));
  const roots = books.records
    .filter(({ id }) => !merged.has(id))
    .sort((a, b) => a.createdAt - b.createdAt);
  const [one, other] = [random.below(roots.length), random.below(roots.length)].sort(
    (a, b) => a - b,
  );
  return one === other ? null : [roots[one!]!.id, roots[other!]!.id];
}

test.each(Array.from({ length: 12 }, (_none, seed) => seed))(
  'seed %i: after any merges and undos each record shows what the merges that stand make of what it says itself',
  (seed) => {
    const random = seeded(seed);
    const own = Array.from({ length: 8 }, (_none, n) => record(`r${n}`, n, anything(random)));
    const books = new Books(own);
    for (let step = 0; step < 40; step += 1) {
      const pair = twoRoots(random, books);
      if (pair && random.chance(0.6)) books.merge(`m${step}`, pair[0], pair[1], step);
      else {
        const undone = random.pick(books.standing);
        if (undone) books.undo(undone.id);
      }
      const fresh = new Books(own);
      fresh.stand(books.standing.map((one) => ({ ...one, filled: {} })));
      expect(books.records).toEqual(fresh.records);
      expect(books.standing).toEqual(fresh.standing);
      for (const one of own)
        expect(ownFields({ id: one.id, fields: books.fields(one.id) }, books.standing)).toEqual(
          one.fields,
        );
    }
    for (const { id } of [...books.standing].sort(() => (random.chance(0.5) ? 1 : -1)))
      books.undo(id);
    expect(books.records).toEqual(own);
  },
);
