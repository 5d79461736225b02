import {
  GONE_MS,
  SILENT_MS,
  stepClaim,
  type Claimant,
  type ClaimInput,
  type ClaimState,
  type ClaimStep,
} from '../../../../sip/control/claim';
import { seeded } from '../../../simulation/random';

const a: Claimant = { life: 'a', process: null };
const b: Claimant = { life: 'b', process: null };
const NOW = 100_000;

const states: Record<string, ClaimState> = {
  free: { name: 'free', epoch: 4 },
  'giving to a': { name: 'giving', epoch: 4, holder: a, gone: false },
  'giving to a, who is gone': { name: 'giving', epoch: 4, holder: a, gone: true },
  'held by a': { name: 'held', epoch: 4, holder: a, heardAt: NOW - SILENT_MS },
  'held by a, silent': { name: 'held', epoch: 4, holder: a, heardAt: NOW - SILENT_MS - 1 },
  'left by a': { name: 'left', epoch: 4, holder: a, since: NOW - GONE_MS + 1 },
  'left by a long ago': { name: 'left', epoch: 4, holder: a, since: NOW - GONE_MS },
};

const asked = (by: Claimant, had: number | null = null, above = 0): ClaimInput => ({
  ...{ type: 'asked', by, had, above },
});
const inputs: Record<string, ClaimInput> = {
  'a asks': asked(a),
  'a asks, who had it': asked(a, 4),
  'a asks, who had an older one': asked(a, 3),
  'a asks for more than 7': asked(a, null, 7),
  'b asks': asked(b),
  'b asks, who had it': asked(b, 4),
  'b asks for more than 7': asked(b, null, 7),
  written: { type: 'written', epoch: 4 },
  'an older one is written': { type: 'written', epoch: 3 },
  unwritten: { type: 'unwritten', epoch: 4 },
  'a is gone': { type: 'gone', life: 'a' },
  'b is gone': { type: 'gone', life: 'b' },
  'a has ended': { type: 'ended', life: 'a' },
  'b has ended': { type: 'ended', life: 'b' },
};

const stays = 'as it was';
const nothing = {
  ...{ written: stays, 'an older one is written': stays, unwritten: stays },
  ...{ 'a is gone': stays, 'b is gone': stays, 'b has ended': stays },
};
const lost = {
  'a asks, who had an older one': `${stays}: lost`,
  'b asks, who had it': `${stays}: lost`,
};
const later = { 'b asks': `${stays}: later`, 'b asks for more than 7': `${stays}: later` };
const holds = { 'a asks': 'held by a 4: given', 'a asks, who had it': 'held by a 4: given' };

/** Every state with every input. */
const table: Record<string, Record<string, string>> = {
  free: {
    ...{ ...nothing, ...lost, 'a has ended': stays },
    'a asks': 'giving to a 5: write',
    'a asks, who had it': `${stays}: lost`,
    'a asks for more than 7': 'giving to a 8: write',
    'b asks': 'giving to b 5: write',
    'b asks for more than 7': 'giving to b 8: write',
  },
  'giving to a': {
    ...{ ...nothing, ...lost, ...later, 'a has ended': 'free 4' },
    ...{ 'a asks': stays, 'a asks, who had it': stays, 'a asks for more than 7': stays },
    written: 'held by a 4: given',
    unwritten: 'free 4: later',
    'a is gone': 'giving to a, who is gone 4',
  },
  'giving to a, who is gone': {
    ...{ ...nothing, ...lost, ...later, 'a has ended': 'free 4' },
    'a asks': 'giving to a 4',
    'a asks, who had it': 'giving to a 4',
    'a asks for more than 7': 'giving to a 4',
    written: 'left by a 4: later',
    unwritten: 'free 4: later',
  },
  'held by a': {
    ...{ ...nothing, ...lost, ...later, ...holds, 'a has ended': 'free 4' },
    'a asks for more than 7': 'giving to a 8: write',
    'a is gone': 'left by a 4',
  },
  'held by a, silent': {
    ...{ ...nothing, ...lost, ...holds, 'a has ended': 'free 4' },
    'a asks for more than 7': 'giving to a 8: write',
    'b asks': 'left by a 4: later, cut a',
    'b asks for more than 7': 'left by a 4: later, cut a',
    'a is gone': 'left by a 4',
  },
  'left by a': {
    ...{ ...nothing, ...lost, ...later, ...holds, 'a has ended': 'free 4' },
    'a asks for more than 7': 'giving to a 8: write',
  },
  'left by a long ago': {
    ...{ ...nothing, ...lost, ...holds, 'a has ended': 'free 4' },
    'a asks for more than 7': 'giving to a 8: write',
    'b asks': 'giving to b 5: write',
    'b asks for more than 7': 'giving to b 8: write',
  },
};

function inWords(state: ClaimState, { next, answer, write, cut }: ClaimStep): string {
  const where: Record<ClaimState['name'], string> = {
    free: 'free',
    giving: `giving to ${nameOf(next)}${next.name === 'giving' && next.gone ? ', who is gone' : ''}`,
    held: `held by ${nameOf(next)}`,
    left: `left by ${nameOf(next)}`,
  };
  const done = [answer, write && 'write', cut && `cut ${cut}`].filter(Boolean).join(', ');
  const to = next === state || same(state, next) ? stays : `${where[next.name]} ${next.epoch}`;
  return done === '' ? to : `${to}: ${done}`;
}

const nameOf = (state: ClaimState): string => (state.name === 'free' ? '' : state.holder.life);
const same = (one: ClaimState, other: ClaimState): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const cases = Object.keys(states).flatMap((state) =>
  Object.keys(inputs).map((input) => [state, input, table[state]?.[input]] as const),
);

test.each(cases)('%s; %s: %s', (stateName, inputName, expected) => {
  const state = states[stateName]!;
  expect(inWords(state, stepClaim(state, inputs[inputName]!, NOW))).toBe(expected);
});

test('whoever asks, breaks off, hangs and ends in whatever order: one is active, and epochs grow', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const { below: next } = seeded(seed);
    let state: ClaimState = { name: 'free', epoch: 0 };
    let at = 0;
    /** What each life thinks that it holds; one that has lost it asks as somebody new. */
    const apps = ['a', 'b', 'c'].map((name) => ({ name, births: 0, had: null as number | null }));
    const given = new Map<number, string>();
    for (let step = 0; step < 60; step++) {
      at += next(900);
      const app = apps[next(apps.length)]!;
      const life = `${app.name}${app.births}`;
      const by = { life, process: null };
      const what = next(8);
      const former = state;
      const input: ClaimInput =
        what < 4
          ? { type: 'asked', by, had: app.had, above: 0 }
          : what === 4
            ? { type: 'gone', life }
            : what === 5
              ? { type: 'ended', life }
              : { type: what === 6 ? 'written' : 'unwritten', epoch: state.epoch };
      const done = stepClaim(state, input, at);
      state = done.next;
      expect(state.epoch).toBeGreaterThanOrEqual(former.epoch);
      if (what === 5 || done.answer === 'lost') {
        app.births++;
        app.had = null;
      }
      if (done.answer !== 'given' || state.name !== 'held') continue;
      const { epoch, holder } = state;
      // An epoch is one life's for ever.
      expect(given.get(epoch) ?? holder.life).toBe(holder.life);
      given.set(epoch, holder.life);
      const itself = apps.find(({ name, births }) => `${name}${births}` === holder.life);
      if (itself) itself.had = epoch;
    }
  }
});
