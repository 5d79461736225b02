import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { BindingJournal } from '../../../src/telephony/binding-journal';
import type { Binding } from '../../../src/telephony/bindings';

const log = pino({ level: 'silent' });
let folder: string;
let path: string;
const opened: BindingJournal[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-bindings-'));
  path = join(folder, 'bindings.jsonl');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  rmSync(folder, { recursive: true, force: true });
});

function journal(at = path): BindingJournal {
  const made = new BindingJournal(at, log);
  opened.push(made);
  return made;
}

const binding = (phoneId: string, contact = 'sip:a@192.0.2.1'): Binding => ({
  ...{ phoneId, contact, protocol: 'udp', address: '192.0.2.1', port: 5060 },
  ...{ callId: 'one', cseq: 1, expiresAt: 2_000_000_000_000 },
});
const contacts = (of: BindingJournal) => of.read().map(({ contact }) => contact);

test('what was kept is there for the next life, without anything having been closed', async () => {
  const first = journal();
  await Promise.all([first.keep('1', [binding('1')]), first.keep('2', [binding('2', 'sip:b@b')])]);
  await first.keep('1', [binding('1', 'sip:c@c')]);
  await first.keep('3', [binding('3')]);
  await first.keep('3', []);
  expect(contacts(journal()).sort()).toEqual(['sip:b@b', 'sip:c@c']);
});

test('a line torn by the fall, and one that is none of ours, count for nothing', async () => {
  await journal().keep('1', [binding('1')]);
  appendFileSync(path, 'null\n{"phone":"1","bindings":[{"cont');
  const second = journal();
  expect(contacts(second)).toEqual(['sip:a@192.0.2.1']);
  await second.keep('2', [binding('2', 'sip:b@b')]);
  expect(contacts(journal())).toEqual(['sip:a@192.0.2.1', 'sip:b@b']);
});

test('the file does not grow with the number of refreshes', async () => {
  const busy = journal();
  const refreshes = Array.from({ length: 4000 }, (_, n) => ({ ...binding('1'), cseq: n }));
  for (let from = 0; from < refreshes.length; from += 100)
    await Promise.all(refreshes.slice(from, from + 100).map((one) => busy.keep('1', [one])));
  expect(statSync(path).size).toBeLessThan(300 * 1024);
  expect(journal().read()).toMatchObject([{ cseq: 3999 }]);
});

test('a disk that refuses keeps no phone out, and has everything once it takes something again', async () => {
  const later = join(folder, 'later');
  const refused = journal(join(later, 'bindings.jsonl'));
  await refused.keep('1', [binding('1')]);
  mkdirSync(later);
  await refused.keep('2', [binding('2', 'sip:b@b')]);
  expect(readFileSync(join(later, 'bindings.jsonl'), 'utf8')).toMatch(/"1".*\n.*"2"/);
});
