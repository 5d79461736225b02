import { readNote } from '../../../src/domain/leg-note';

test.each(['', 'null', '[]', '{}', '{"callId":1}', '{"callId":"c","legId":"l","role":"agent"}'])(
  'the note %j is none of ours',
  (text) => expect(readNote(text)).toBeNull(),
);

test('that of a leg is what was written', () => {
  const note = { callId: 'c', legId: 'l', role: 'agent', agentId: 'bob', held: true };
  expect(readNote(JSON.stringify(note))).toEqual(note);
});
