import { uuidv7Maker } from '../../../src/engine/id';

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('an id has the shape of RFC 9562 §5.7 and begins with its moment', () => {
  const id = uuidv7Maker(() => 0x0198_7654_3210)();
  expect(id).toMatch(SHAPE);
  expect(id.startsWith('01987654-3210-7000-')).toBe(true);
});

test('ids grow while the clock stands, beyond what one millisecond holds', () => {
  const make = uuidv7Maker(() => 1000);
  const ids = Array.from({ length: 10_000 }, make);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(10_000);
});

test('ids grow when the clock goes back', () => {
  let now = 1000;
  const make = uuidv7Maker(() => now);
  const before = make();
  now = 500;
  expect(make() > before).toBe(true);
});

test('two makers at the same moment do not meet', () => {
  const [a, b] = [uuidv7Maker(() => 1000), uuidv7Maker(() => 1000)];
  expect(a()).not.toBe(b());
});

test('every id of many has the shape', () => {
  const make = uuidv7Maker();
  for (let n = 0; n < 2000; n++) expect(make()).toMatch(SHAPE);
});
