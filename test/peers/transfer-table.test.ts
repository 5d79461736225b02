/**
 * Every transfer x who hangs up first x which process is killed, and when. In each cell: nobody's phone is left in
 * a talk, nobody is stuck, no call, leg or place stays open, each recording is filed with its call, lead and agent,
 * and its file and manifest are there. test/simulation/transfer-trees.ts has the random ones.
 */
import { onlyOurs } from '../support/needs';
import { outsideServer } from '../support/outside';
import type { Leaver, TargetKind } from '../support/transfer-cell';
import {
  TransferTable,
  type Moment,
  type TransferRow,
  type Victim,
} from '../support/transfer-table';

/** c aller, a gent, t arget, n obody: who may hang up first. */
const LEAVERS: Record<string, Leaver> = { c: 'caller', a: 'agent', t: 'target', n: 'nobody' };
const leavers = (letters: string): Leaver[] =>
  [...letters].map((letter) => LEAVERS[letter] as Leaver);

type Columns = [string, TargetKind, string, string, string, string, 'left' | 'talk'];

// prettier-ignore
const TABLE: Columns[] = [
  // transfer                 whom              until it rings               until it is done                 leaves: rings, done   if he does
  ['to a phone',             'colleague',      'talk, send to phone',        'target answers',                        'ctn',  'ctn',  'left'],
  ['to a person',            'same queue',     'talk, send to person',       'target answers',                        'ctn',  'ctn',  'left'],
  ['to a post',              'colleague',      'talk, send to post',         'target answers',                        'ctn',  'ctn',  'left'],
  ['to a queue',             'colleague',   'talk, send to queue',        'target answers',                        'ctn',  'ctn',  'left'],
  ['to another store',       'other store',    'talk, send to store',        'target answers',                        'ctn',  'ctn',  'left'],
  ['to an outside number',   'number',         'talk, send to number',       'target answers',                        'ctn',  'ctn',  'left'],
  ['by his phone (REFER)',   'colleague',   'talk, refer',                'target answers',                        'ctn',  'ctn',  'left'],
  ['joined by his phone (Replaces)', 'colleague', 'talk, dial colleague',    'target answers, join',                  '',     'ctn',  'talk'],
  ['asked',                  'colleague',      'talk, ask person',           'target answers',                        'catn', 'catn', 'talk'],
  ['asked, to and fro',      'colleague',      'talk, ask phone',            'target answers, swap',                  '',     'catn', 'talk'],
  ['asked, completed',       'colleague',      'talk, ask person',           'target answers, complete',              '',     'ctn',  'talk'],
  ['asked elsewhere, completed', 'other store', 'talk, ask person',          'target answers, complete',              '',     'ctn',  'talk'],
  ['completed while ringing', 'colleague',     'talk, ask person, complete', 'target answers',                        'catn', 'ctn',  'talk'],
  ['a number asked',         'number',         'talk, ask number',           'target answers',                        'catn', 'catn', 'talk'],
  ['a number completed',     'number',         'talk, ask number',           'target answers, complete',              '',     'ctn',  'talk'],
  ['all three',              'colleague',      'talk, ask person',           'target answers, make three',            '',     'catn', 'talk'],
  ['all three, then two',    'colleague',      'talk, ask person',           'target answers, make three, complete',  '',     'ctn',  'talk'],
  ['three with a number',    'number',         'talk, ask number',           'target answers, make three',            '',     'catn', 'talk'],
  ['parked',                 'colleague',      'talk, park',                 '',                                      'cn',   '',     'talk'],
  ['parked, retrieved',      'colleague',      'talk, park, retrieve',       'target answers',                        'ctn',  'ctn',  'left'],
  ['picked up',              'colleague',      'ring, pick up',              'target answers',                        'ctn',  'ctn',  'left'],
  ['offered to all',         'same queue',     'ring all',                   'target answers',                        'catn', 'ctn',  'left'],
];

const rows = TABLE.map(([transfer, target, rings, done, ringing, whenDone, left]): TransferRow => ({
  ...{ transfer, target, rings, done, left },
  leavers: { ringing: leavers(ringing), done: leavers(whenDone) },
}));

/** Calls of a server that is not ours outlive neither app nor edge (docs/operations.md). */
const victims: Victim[] = outsideServer()
  ? ['nothing', 'postgres']
  : ['nothing', 'app', 'postgres', 'edge'];

const columns = victims.flatMap((victim) =>
  (['ringing', 'done'] as Moment[]).map((moment) => ({ victim, moment })),
);

let table: TransferTable;

beforeAll(async () => {
  table = await TransferTable.open(rows);
}, 120_000);

afterAll(() => table?.close(), 30_000);

const cells = columns.map(({ moment }) =>
  rows.reduce((sum, { leavers: of }) => sum + of[moment].length, 0),
);

onlyOurs('22 transfers in 8 columns are 452 cells', () => {
  expect([rows.length, columns.length, cells.reduce((sum, count) => sum + count)]).toEqual([
    22, 8, 452,
  ]);
});

describe.each(columns)('$victim is killed, $moment', ({ victim, moment }) => {
  beforeAll(() => table.column(victim, moment), 120_000);

  test.each(rows.filter(({ leavers: of }) => of[moment].length > 0))('$transfer', (row) =>
    expect(table.faultsOf(row)).toEqual([]),
  );
});
