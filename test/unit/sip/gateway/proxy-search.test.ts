import { ProxySearch, type SearchAction } from '../../../../sip/gateway/proxy-search';

/** An action in one word or two: `send 0 a`, `forward 1`, `answer 0`, `answer 408`, `done`. */
function inWords(actions: SearchAction[]): string {
  return actions
    .map((action) => {
      if (action.do === 'send') {
        return `send ${action.branch} ${action.target}${action.redirected ? ' redirected' : ''}`;
      }
      if (action.do === 'answer-by-ourselves') return `answer by ourselves ${action.status}`;
      return 'branch' in action ? `${action.do} ${action.branch}` : action.do;
    })
    .join(', ');
}

type Step =
  ['begin'] | ['response', number, number, string[]?] | ['timed out', number] | ['cancel'];

function run(
  plan: { targets: string[]; simultaneous?: boolean; followRedirects?: boolean },
  steps: Step[],
): string[] {
  const search = new ProxySearch({ simultaneous: false, followRedirects: false, ...plan });
  return steps.map((step) => {
    if (step[0] === 'begin') return inWords(search.begin());
    if (step[0] === 'cancel') return inWords(search.cancel());
    if (step[0] === 'timed out') return inWords(search.timedOut(step[1]));
    return inWords(search.response(step[1], step[2], step[3]));
  });
}

const serial = { targets: ['a', 'b'] };
const parallel = { targets: ['a', 'b'], simultaneous: true };

describe('targets in a row', () => {
  test.each<[string, Step[], string[]]>([
    [
      'a 200 of the first',
      [['begin'], ['response', 0, 180], ['response', 0, 200]],
      ['send 0 a', 'forward 0', 'forward 0, done'],
    ],
    [
      'a refusal, then a 200',
      [['begin'], ['response', 0, 486], ['response', 1, 200]],
      ['send 0 a', 'send 1 b', 'forward 1, done'],
    ],
    [
      'only refusals: the best is the answer',
      [['begin'], ['response', 0, 486], ['response', 1, 500]],
      ['send 0 a', 'send 1 b', 'answer 0, done'],
    ],
    ['a 6xx ends it', [['begin'], ['response', 0, 603]], ['send 0 a', 'answer 0, done']],
    ['a challenge ends it', [['begin'], ['response', 0, 401]], ['send 0 a', 'answer 0, done']],
    [
      'silence of all',
      [['begin'], ['timed out', 0], ['timed out', 1]],
      ['send 0 a', 'cancel 0, send 1 b', 'cancel 1, answer by ourselves 408, done'],
    ],
    [
      'a late 200 of a target that was passed over',
      [['begin'], ['timed out', 0], ['response', 0, 200]],
      ['send 0 a', 'cancel 0, send 1 b', 'forward 0, cancel 1, done'],
    ],
    [
      'a late refusal of a target that was passed over',
      [['begin'], ['timed out', 0], ['response', 0, 487]],
      ['send 0 a', 'cancel 0, send 1 b', ''],
    ],
    [
      'CANCEL while the first rings',
      [['begin'], ['cancel'], ['response', 0, 487]],
      ['send 0 a', 'cancel 0', 'answer 0, done'],
    ],
    [
      'a 200 that overtakes the CANCEL',
      [['begin'], ['cancel'], ['response', 0, 200]],
      ['send 0 a', 'cancel 0', 'forward 0, done'],
    ],
    [
      'a refusal after CANCEL is a 487 to the caller',
      [['begin'], ['cancel'], ['response', 0, 486]],
      ['send 0 a', 'cancel 0', 'answer by ourselves 487, done'],
    ],
    [
      'CANCEL after the answer',
      [['begin'], ['response', 0, 200], ['cancel']],
      ['send 0 a', 'forward 0, done', ''],
    ],
    ['a 100', [['begin'], ['response', 0, 100]], ['send 0 a', '']],
  ])('%s', (_name, steps, expected) => {
    expect(run(serial, steps)).toEqual(expected);
  });
});

describe('all targets at once', () => {
  test.each<[string, Step[], string[]]>([
    [
      'the first 200 cancels the rest',
      [['begin'], ['response', 1, 180], ['response', 0, 200], ['response', 1, 487]],
      ['send 0 a, send 1 b', 'forward 1', 'forward 0, cancel 1, done', ''],
    ],
    [
      'a second 200 is the caller’s as well',
      [['begin'], ['response', 0, 200], ['response', 1, 200]],
      ['send 0 a, send 1 b', 'forward 0, cancel 1, done', 'forward 1'],
    ],
    [
      'a 6xx cancels the rest and waits for them',
      [['begin'], ['response', 0, 603], ['response', 1, 487]],
      ['send 0 a, send 1 b', 'cancel 1', 'answer 0, done'],
    ],
    [
      'the refusal of one waits for the other',
      [['begin'], ['response', 0, 404], ['response', 1, 486]],
      ['send 0 a, send 1 b', '', 'answer 0, done'],
    ],
  ])('%s', (_name, steps, expected) => {
    expect(run(parallel, steps)).toEqual(expected);
  });
});

test.each([
  [600, 302],
  [302, 484],
  [484, 486],
  [415, 404],
  [404, 500],
])('%i is a better answer than %i', (better, worse) => {
  for (const order of [0, 1]) {
    const steps: Step[] = [['begin'], ['response', order, better], ['response', 1 - order, worse]];
    const last = run({ targets: ['a', 'b'], simultaneous: true }, steps)[2];
    expect(last).toBe(`answer ${order}, done`);
  }
});

describe('redirections', () => {
  const follow = { ...serial, followRedirects: true };

  test('are tried in the place of the target that gave them', () => {
    expect(
      run(follow, [
        ['begin'],
        ['response', 0, 302, ['c', 'd']],
        ['response', 1, 486],
        ['response', 2, 486],
        ['response', 3, 200],
      ]),
    ).toEqual([
      'send 0 a',
      'send 1 c redirected',
      'send 2 d redirected',
      'send 3 b',
      'forward 3, done',
    ]);
  });

  test('to targets already tried are refusals', () => {
    const steps: Step[] = [['begin'], ['response', 0, 302, ['a']], ['response', 1, 302, ['a']]];
    expect(run(follow, steps)).toEqual(['send 0 a', 'send 1 b', 'answer 0, done']);
  });

  test('are answers unless the app wants them followed', () => {
    const steps: Step[] = [['begin'], ['response', 0, 302, ['c']], ['response', 1, 486]];
    expect(run(serial, steps)).toEqual(['send 0 a', 'send 1 b', 'answer 0, done']);
  });

  test('without end come to one', () => {
    const search = new ProxySearch({ targets: ['0'], simultaneous: false, followRedirects: true });
    search.begin();
    let at = 0;
    for (; at < 100; at++) {
      const actions = search.response(at, 302, [String(at + 1)]);
      if (actions.some((action) => action.do === 'done')) break;
    }
    expect(at).toBe(31);
  });
});
