import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmCode } from '../../../src/domain/alarm';
import { ALARMS, type AlarmText } from '../../../src/domain/alarm-catalogue';
import { alarmEffects } from '../../../src/engine/alarm-effects';

/** The catalogue has a text for every code because it is typed so; the document says the same. */
const root = join(__dirname, '../../..');
const codes = Object.keys(ALARMS) as AlarmCode[];

interface Row {
  code: string;
  means: string;
  whatToDo: string;
  from: string;
}

/** Rows of the table "Alarms" of docs/operations.md. */
function documented(): Row[] {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const section = text.split('\n## Alarms\n')[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [code = '', means = '', whatToDo = '', from = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return { code: code.replaceAll('`', ''), means, whatToDo, from: from.replaceAll('`', '') };
    });
}

/** What the document has to say where an alarm asks for nothing. */
function toDo({ whatToDo, ends }: AlarmText): string {
  return whatToDo?.en ?? `nothing: it ends \`${ends}\``;
}

test('the document has one row for each alarm, in the words of the catalogue', () => {
  const told = documented().map(({ code, means, whatToDo }) => [code, means, whatToDo]);
  expect(told).toEqual(codes.map((code) => [code, ALARMS[code].en, toDo(ALARMS[code])]));
});

test('each row names the file that raises the alarm', () => {
  const wrong = documented().filter(({ code, from }) => {
    const file = join(root, from);
    return !existsSync(file) || !readFileSync(file, 'utf8').includes(`'${code}'`);
  });
  expect(wrong).toEqual([]);
});

test.each(codes)('%s: in both languages; what asks for nothing is the end of another', (code) => {
  const { zh, en, whatToDo, ends } = ALARMS[code];
  for (const text of [zh, whatToDo?.zh])
    if (text !== undefined) expect(text).toMatch(/\p{Script=Han}.*。$/u);
  for (const text of [en, whatToDo?.en])
    if (text !== undefined) expect(text).toMatch(/^[A-Z][^\p{Script=Han}|]*\.$/u);
  expect(whatToDo === null).toBe(ends !== undefined);
  if (ends !== undefined) expect(ALARMS[ends].ends).toBeUndefined();
});

test('overseers are told in words, of what concerns no store as well; all is kept on disk', () => {
  const raised = { type: 'alarm.raised', at: 1, code: 'DIAL_LIMIT', detail: 'person bob' } as const;
  const record = { kind: 'alarm.raised', code: 'DIAL_LIMIT', detail: 'person bob' };
  const kept = { type: 'journal.write', record };
  const told = (storeId: string | null) => ({
    type: 'notify',
    notice: {
      kind: 'alarm.raised',
      alarm: { code: 'DIAL_LIMIT', detail: 'person bob', storeId, at: 1, ...ALARMS.DIAL_LIMIT },
    },
  });
  expect(alarmEffects(raised)).toEqual([kept, told(null)]);
  expect(alarmEffects({ ...raised, storeId: 'bj01' })).toEqual([
    { ...kept, record: { ...record, storeId: 'bj01' } },
    told('bj01'),
  ]);
});
