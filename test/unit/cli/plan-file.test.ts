import { readPlanFile } from '../../../src/cli/plan-file';

const text = `# The plan.
sip: { realm: openline }
stores:
  - id: bj01
    name: 北京一店
  - { id: sh01, name: 上海店 }
hotlines: [{ number: "400", store: bj01 }]
people:
  - id: wang
    queues: [sales,
      service]
`;

function read(yaml: string) {
  const file = readPlanFile(yaml);
  if (!file.ok) throw new Error(JSON.stringify(file.faults));
  return file;
}

test('reads YAML as the JSON that the app takes', () => {
  expect(read(text).document).toEqual({
    sip: { realm: 'openline' },
    stores: [
      { id: 'bj01', name: '北京一店' },
      { id: 'sh01', name: '上海店' },
    ],
    hotlines: [{ number: '400', store: 'bj01' }],
    people: [{ id: 'wang', queues: ['sales', 'service'] }],
  });
});

test.each([
  ['sip.realm', 2],
  ['stores', 4],
  ['stores[0]', 4],
  ['stores[0].name', 5],
  ['stores[1].name', 6],
  ['hotlines[0].store', 7],
  ['people[0].queues', 10],
  ['people[0].queues[1]', 11],
])('%s stands on line %i', (at, line) => {
  expect(read(text).lineOf(at)).toBe(line);
});

test.each([
  ['stores[0].timezone', 4],
  ['hotlines[0].queue', 7],
  ['hotlines[7].queue', 7],
])('%s is missing and shown at what is around it, line %i', (at, line) => {
  expect(read(text).lineOf(at)).toBe(line);
});

test('a place that is not in the file at all is its beginning', () => {
  expect(read(text).lineOf('')).toBe(1);
  expect(read(text).lineOf('trunks')).toBe(1);
});

test.each([
  ['stores:\n  - id: a\n   name: b\n', 3],
  ['stores: [\n', 2],
  ['a: 1\nb: 2\na: 3\n', 3],
])('%j is no YAML: line %i', (yaml, line) => {
  const file = readPlanFile(yaml);
  expect(file).toMatchObject({ ok: false });
  expect(file.ok ? [] : file.faults.map((fault) => fault.line)).toContain(line);
});

test('an empty file is an empty document, which the app refuses', () => {
  expect(read('').document).toBeNull();
});

test('a file that grows without end when its aliases are read is a fault', () => {
  const levels = Array.from({ length: 9 }, (_, n) => {
    const of = n === 0 ? '"x"' : `*a${n - 1}`;
    return `a${n}: &a${n} [${Array.from({ length: 9 }, () => of).join(', ')}]`;
  });
  expect(readPlanFile(levels.join('\n'))).toMatchObject({ ok: false, faults: [{ line: 1 }] });
});

test('what is said once by an anchor is said everywhere, also as the rest of a thing', () => {
  const { document, lineOf } = read(`hours:
  - &open { id: open, week: { daily: "09:00-18:00" } }
  - <<: *open
    id: also
hotlines:
  - &line { number: "400", store: bj01 }
  - { <<: *line, number: "401" }
trunks: [*line]
`);
  expect(document).toEqual({
    hours: ['open', 'also'].map((id) => ({ id, week: { daily: '09:00-18:00' } })),
    hotlines: ['400', '401'].map((number) => ({ number, store: 'bj01' })),
    trunks: [{ number: '400', store: 'bj01' }],
  });
  const places = ['hours[1].week', 'hours[1].id', 'hotlines[1].store', 'trunks[0].store'];
  expect(places.map(lineOf)).toEqual([3, 4, 7, 8]);
});
