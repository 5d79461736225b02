import { Talk, type MonitorMode } from '../../../../sip/media/talk';

/** Customer and agent talk, and these monitor the agent. */
function talk(monitors: Record<string, MonitorMode> = {}): Talk<string> {
  const made = new Talk(['customer', 'agent']);
  for (const [name, mode] of Object.entries(monitors)) made.monitor(name, { on: 'agent', mode });
  return made;
}

const heardBy = (made: Talk<string>, speaker: string): string[] =>
  made.members.filter((listener) => made.hears(listener, speaker));

const audiences: [string, Talk<string>, string, string[]][] = [
  ['a party', talk(), 'agent', ['customer']],
  ['a party who is monitored', talk({ eve: 'listen' }), 'customer', ['agent', 'eve']],
  ['who listens', talk({ eve: 'listen' }), 'eve', []],
  ['who whispers', talk({ eve: 'whisper', bob: 'listen' }), 'eve', ['agent']],
  ['who barges', talk({ eve: 'barge', bob: 'listen' }), 'eve', ['customer', 'agent', 'bob']],
];
test.each(audiences)('%s is heard by those whom it concerns', (_who, made, speaker, expected) => {
  expect(heardBy(made, speaker)).toEqual(expected);
});

test('another mode counts at once', () => {
  const made = talk({ eve: 'barge' });
  made.monitor('eve', { on: 'agent', mode: 'whisper' });
  expect(heardBy(made, 'eve')).toEqual(['agent']);
});

test('a third party is equal, and its monitor whispers to it alone', () => {
  const made = talk();
  made.join('expert');
  made.monitor('eve', { on: 'expert', mode: 'whisper' });
  expect(heardBy(made, 'expert')).toEqual(['customer', 'agent', 'eve']);
  expect(heardBy(made, 'eve')).toEqual(['expert']);
});

const departures: [string, string, string[], boolean][] = [
  ['a monitor alone', 'eve', ['eve'], true],
  ['a party with those who attend it', 'agent', ['agent', 'eve'], true],
  ['a party whom nobody attends', 'customer', ['customer'], false],
  ['nobody who is not in it', 'stranger', [], false],
];
test.each(departures)('out of three parties goes %s', (_who, leaving, out, plain) => {
  const made = talk({ eve: 'listen' });
  if (leaving !== 'eve') made.join('expert');
  expect(made.leave(leaving)).toEqual(out);
  expect(made.isPlain).toBe(plain);
});

test('without a second party it is over for all', () => {
  expect(talk({ eve: 'listen', bob: 'barge' }).leave('customer')).toEqual([
    ...['customer', 'agent', 'eve', 'bob'],
  ]);
});
