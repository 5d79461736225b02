/**
 * Makes docs/push.md from the one typed map of frames, src/push/events.ts: what a frame carries and means from its
 * types and comments, who gets it, and how it looks, from what src/push/project.ts makes of an example.
 *
 *   npm run docs:push              writes it
 *   npm run docs:push -- --check   ends with 1 when it is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { POSTS } from '../src/domain/organisation';
import { rightsOf, type Right } from '../src/domain/rights';
import { CLOSE } from '../src/push/desktop';
import type { PushType } from '../src/push/events';
import { project, type Audience } from '../src/push/project';
import { AT, NOTICES, SNAPSHOT } from './push-examples';
import { TypeTables, type Field } from './type-tables';

const TARGET = join(__dirname, '..', 'docs', 'push.md');
/** Longer ones are looked up where they are. */
const LONGEST_TEXT = 1500;

const holders = (right: Right): string =>
  POSTS.filter((post) => rightsOf(post).includes(right))
    .map((post) => `\`${post}\``)
    .join(', ');
const OVERSEERS = `who oversees the store (${holders('store.oversee')})`;
const TO: Record<Audience['is'], string> = {
  agent: 'the agent concerned, nobody else',
  agents: 'the agents who have the call, nobody else',
  overseers: OVERSEERS,
  machine: `who sees to the whole installation (${holders('machine.oversee')})`,
  'agent-and-overseers': `the agent concerned, the colleague whom he asks or talks with, who had it before him; ${OVERSEERS}`,
  queue: `who serves the queue; ${OVERSEERS}`,
  'queue-and-owner': `who serves the queue; the owner of the lead, if he is of the store; ${OVERSEERS}`,
  store: 'everybody of the store',
  everybody: 'everybody',
  listeners: `who may hear recordings of the store (${holders('recordings.hear')})`,
};

function exampleOf(type: PushType): { to: string; data: unknown } {
  if (type === 'snapshot') {
    return { to: 'whoever connects, of what he may see', data: SNAPSHOT };
  }
  const projections = project(NOTICES[type]);
  if (type === 'alarm.raised')
    return {
      to: `${TO.overseers}; of no store: ${TO.machine}`,
      data: projections[0]?.payload.data,
    };
  const to = projections.map(({ audience }) => TO[audience.is]).join('; ');
  return { to, data: projections[0]?.payload.data };
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
const tableOf = (fields: Field[]): string[] => [
  '| field | type | meaning |',
  '| --- | --- | --- |',
  ...fields.map(
    ({ name, type, meaning }) => `| \`${name}\` | \`${cell(type)}\` | ${cell(meaning)} |`,
  ),
  '',
];

function frames(tables: TypeTables): string[] {
  return tables.members('PushData').flatMap(({ name, meaning, fields }) => {
    const { to, data } = exampleOf(name as PushType);
    const frame = { seq: AT * 1000 + 1, type: name, at: AT, data };
    return [
      ...[`### ${name}`, '', meaning, '', `Goes to: ${to}.`, '', ...tableOf(fields)],
      ...['```json', JSON.stringify(frame, null, 2), '```', ''],
    ];
  });
}

function types(tables: TypeTables): string[] {
  const done: string[] = [];
  // Describing one may meet others; a Map goes on to what is added to it.
  for (const [name, symbol] of tables.met) {
    const { meaning, fields, text, path } = tables.described(symbol);
    done.push(`### ${name}`, '', meaning, '');
    if (fields.length > 0) done.push(...tableOf(fields));
    else if (text.length > LONGEST_TEXT) done.push(`See [${path}](../${path}).`, '');
    else done.push('```ts', text, '```', '');
  }
  return done;
}

const CLOSING = [
  '| code | reason | what the client does |',
  '| --- | --- | --- |',
  `| ${CLOSE.policy} | \`NOT_AUTHENTICATED\` | the session is over: sign in again |`,
  `| ${CLOSE.policy} | \`BAD_FRAME\`, \`TOO_MANY_FRAMES\` | it is at fault: mend it |`,
  `| ${CLOSE.tryAgainLater} | \`TOO_SLOW\` | it did not read: connect again with \`since\` |`,
  `| ${CLOSE.goingAway} | \`GOING_AWAY\` | the server ends: connect again with \`since\`, a little later each time |`,
  '| 1006 | none | a heartbeat was not answered, or the network broke: the same |',
];

function document(): string {
  const tables = new TypeTables('src/push/events.ts');
  const events = frames(tables);
  return [
    ...['# Push', ''],
    ...['<!-- Made by `npm run docs:push` from src/push/events.ts; change it there. -->', ''],
    ...[tables.head, ''],
    ...[
      '`…Id` and `ParkSlot` are texts, `Instant` and `Millis` are milliseconds; a `?` behind a field: it may be missing.',
      '',
    ],
    ...[
      'The client proves who he is by cookie, from a page of this server, or by `Authorization: Bearer`.',
      '',
    ],
    ...['## From the client', '', 'The desktop shows the offer, and the phone may ring:', ''],
    ...['```json', JSON.stringify({ type: 'offer.received', offerId: 'offer-1' }), '```', ''],
    ...['## How a connection ends', '', ...CLOSING, ''],
    ...['## Frames', '', ...events],
    ...['## Types', '', ...types(tables)],
  ].join('\n');
}

async function main(): Promise<void> {
  const options = await resolveConfig(TARGET);
  const text = await format(document(), { ...options, parser: 'markdown' });
  if (!process.argv.includes('--check')) return writeFileSync(TARGET, text);
  if (readFileSync(TARGET, 'utf8') === text) return;
  console.error('docs/push.md is not what src/push/events.ts says: npm run docs:push');
  process.exitCode = 1;
}

void main();
