import { checkCommand, readCommand } from '../../../../sip/control/shapes';

const line = (command: string, params: unknown): string =>
  JSON.stringify({ id: 1, command, params });

test.each([
  ['hello', { secret: '', app: 'main' }],
  ['reattached', {}],
  ['dialog.note', { dialogId: 'd', note: '' }],
  ['dialog.note', { dialogId: 'd', note: 'é'.repeat(512), session: 's', endpoint: 'e' }],
  ['endpoint.offer', { session: 's', endpoint: 'e' }],
  ['endpoint.offer', { session: 's', endpoint: 'e', like: 'f' }],
  [
    'endpoint.play',
    { session: 's', endpoint: 'e', play: 'p', prompts: [], language: 'en', then: 'music' },
  ],
  ['monitor.join', { session: 's', endpoint: 'e', on: 'f', mode: 'whisper' }],
  ['monitor.change', { session: 's', endpoint: 'e', mode: 'listen' }],
  ['monitor.leave', { session: 's', endpoint: 'e' }],
  ['conference.join', { session: 's', endpoint: 'e', on: 'f' }],
  ['conference.leave', { session: 's', endpoint: 'e' }],
  ['endpoint.move', { session: 's', endpoint: 'e', to: 't' }],
  ['ack', { seq: 0 }],
])('%s %j is a command', (command, params) => {
  const read = readCommand(line(command, params));
  expect(read).toEqual({ id: 1, command, params });
  expect(() => checkCommand(read)).not.toThrow();
});

test('params that are not needed may be left out', () => {
  const read = readCommand('{"id":7,"command":"session.list"}');
  expect(read).toEqual({ id: 7, command: 'session.list', params: {} });
  expect(() => checkCommand(read)).not.toThrow();
});

test.each([
  ['no JSON', 'hello'],
  ['no object', '"hello"'],
  ['null', 'null'],
  ['no id', '{"command":"ack"}'],
  ['a negative id', '{"id":-1,"command":"ack"}'],
  ['an id that is no number', '{"id":"1","command":"ack"}'],
  ['no command', '{"id":1}'],
])('%s is refused as bad-request', (_what, text) => {
  expect(() => readCommand(text)).toThrow(expect.objectContaining({ code: 'bad-request' }));
});

test.each([
  ['an empty id', 'session.close', { session: '' }, 'session'],
  ['too long an id', 'session.close', { session: 'x'.repeat(201) }, 'session'],
  ['a note over 1 KB', 'session.note', { session: 's', note: 'é'.repeat(513) }, 'note'],
  ['two missing', 'bridge', { session: 's' }, 'a, b'],
  [
    'a mode that is none',
    'monitor.join',
    { session: 's', endpoint: 'e', on: 'f', mode: 'record' },
    'mode',
  ],
  ['a wrong kind', 'ack', { seq: '1' }, 'seq'],
  [
    'hotlines without a language',
    'hotlines',
    { hotlines: [{ number: '400' }], trunks: [] },
    'hotlines',
  ],
  [
    'trunks without places',
    'hotlines',
    { hotlines: [], trunks: [{ id: 'a', from: 'b' }] },
    'trunks',
  ],
  [
    'a rule that is no expression',
    'hotlines',
    {
      hotlines: [],
      trunks: [
        { id: 'a', from: [], called: { rules: [{ match: '^(', replace: '', goesOn: false }] } },
      ],
    },
    'trunks',
  ],
  [
    'a source that is none',
    'hotlines',
    { hotlines: [], trunks: [{ id: 'a', from: [], called: { sources: ['from'] } }] },
    'trunks',
  ],
  ['params that are a list', 'session.close', [], 'session'],
  ['params that are text', 'session.close', 'x', 'object'],
])('%s is refused with the names', (_what, command, params, named) => {
  const read = readCommand(line(command, params));
  expect(() => checkCommand(read)).toThrow(named);
});

test.each(['nonsense', 'toString', '__proto__', 'constructor'])(
  'the command %s is unknown',
  (command) => {
    const read = readCommand(line(command, {}));
    expect(() => checkCommand(read)).toThrow(expect.objectContaining({ code: 'unknown-command' }));
  },
);
