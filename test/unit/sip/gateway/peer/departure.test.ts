import {
  stepDeparture,
  type DepartureInput,
  type DepartureState,
} from '../../../../../sip/gateway/peer/departure';

const HOUR = 1000;

const states: Record<string, DepartureState> = {
  serving: { name: 'serving' },
  waiting: { name: 'waiting', hour: HOUR },
  closing: { name: 'closing', hour: HOUR },
  draining: { name: 'draining', hour: HOUR },
  ended: { name: 'ended' },
};

const looks: Record<string, { now: number; peer: boolean; left: number }> = {
  'calls, early': { now: 999, peer: false, left: 2 },
  'no calls, early': { now: 999, peer: false, left: 0 },
  'calls, late': { now: 1000, peer: false, left: 1 },
  'no calls, late': { now: 1000, peer: false, left: 0 },
  'calls, a peer': { now: 999, peer: true, left: 1 },
  'no calls, a peer': { now: 999, peer: true, left: 0 },
};

const inputs: Record<string, DepartureInput> = {
  ...Object.fromEntries(
    Object.entries(looks).map(([name, look]) => [`look: ${name}`, { type: 'look', ...look }]),
  ),
  ...Object.fromEntries(
    Object.entries(looks).map(([name, look]) => [
      `term: ${name}`,
      { type: 'term', hour: HOUR, ...look },
    ]),
  ),
  end: { type: 'end' },
};

const seen = (what: 'look' | 'term') => ({
  [`${what}: calls, early`]: 'waiting',
  [`${what}: no calls, early`]: 'waiting',
  [`${what}: calls, late`]: 'closing',
  [`${what}: no calls, late`]: 'ended',
  [`${what}: calls, a peer`]: 'draining',
  [`${what}: no calls, a peer`]: 'ended',
});

/** What is not named leads to `ended`. */
const table: Record<string, Record<string, string>> = {
  serving: {
    ...Object.fromEntries(Object.keys(looks).map((name) => [`look: ${name}`, 'serving'])),
    ...seen('term'),
  },
  waiting: seen('look'),
  closing: seen('look'),
  draining: seen('look'),
  ended: {},
};

const cases = Object.keys(states).flatMap((state) =>
  Object.keys(inputs).map((input) => [state, input, table[state]?.[input] ?? 'ended'] as const),
);

test.each(cases)('%s, %s: %s', (state, input, expected) => {
  const next = stepDeparture(states[state] as DepartureState, inputs[input] as DepartureInput);
  expect(next.name).toBe(expected);
  if ('hour' in next) expect(next.hour).toBe(HOUR);
});
