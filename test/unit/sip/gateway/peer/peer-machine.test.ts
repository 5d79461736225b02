import {
  startPeer,
  stepPeer,
  type PeerInput,
  type PeerState,
  type PeerStep,
} from '../../../../../sip/gateway/peer/peer-machine';

const patience = { everyMs: 3000, boundMs: 1000, againMs: 250 };

const inputs: Record<string, PeerInput> = {
  '200': { type: 'answer', status: 200 },
  '202': { type: 'answer', status: 202 },
  '404': { type: 'answer', status: 404 },
  '503': { type: 'answer', status: 503 },
  failed: { type: 'failed' },
  bound: { type: 'timer', timer: 'bound' },
  pause: { type: 'timer', timer: 'pause' },
};

const states: Record<string, PeerState> = {
  unknown: { name: 'unknown', misses: 0 },
  'unknown, missed': { name: 'unknown', misses: 1 },
  alive: { name: 'alive', misses: 0 },
  'alive, missed': { name: 'alive', misses: 1 },
  dead: { name: 'dead', misses: 0 },
  'dead, missed': { name: 'dead', misses: 1 },
  'dead, long gone': { name: 'dead', misses: 2 },
};

const lives = 'alive 0: pause 3000';
const refuses = 'dead 0: pause 3000';
const answers = { '200': lives, '202': lives, '404': refuses, '503': refuses };
const again = (state: string) => ({
  failed: `${state}: pause 250`,
  bound: `${state}: forget, pause 250`,
});
const gone = { failed: 'dead 2: pause 3000', bound: 'dead 2: forget, pause 3000' };

/** Every state with every input. */
const table: Record<string, Record<string, string>> = {
  unknown: { ...answers, ...again('unknown 1'), pause: 'unknown 0: bound 1000, ask' },
  'unknown, missed': { ...answers, ...gone, pause: 'unknown 1: bound 1000, ask' },
  alive: { ...answers, ...again('alive 1'), pause: 'alive 0: bound 1000, ask' },
  'alive, missed': { ...answers, ...gone, pause: 'alive 1: bound 1000, ask' },
  dead: { ...answers, ...again('dead 1'), pause: 'dead 0: bound 1000, ask' },
  'dead, missed': { ...answers, ...gone, pause: 'dead 1: bound 1000, ask' },
  'dead, long gone': { ...answers, ...gone, pause: 'dead 2: bound 1000, ask' },
};

function inWords({ next, actions }: PeerStep): string {
  const words = actions.map((one) => (one.do === 'set' ? `${one.timer} ${one.ms}` : one.do));
  return `${next.name} ${next.misses}: ${words.join(', ')}`;
}

const cases = Object.keys(states).flatMap((state) =>
  Object.keys(inputs).map((input) => [state, input, table[state]?.[input]] as const),
);

test.each(cases)('a peer that is %s, on %s: %s', (state, input, expected) => {
  const step = stepPeer(states[state] as PeerState, inputs[input] as PeerInput, patience);
  expect(inWords(step)).toBe(expected);
});

test('nothing is known at first, and it is asked at once', () => {
  expect(inWords(startPeer(patience))).toBe('unknown 0: bound 1000, ask');
});
