/** What of this installation must not stand in a bundle: taken from its plan, secrets, settings, machine and database. */
import { readdirSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../domain/plan';
import { readSecret } from '../secrets';
import { openDatabase } from '../store/database';
import { customerNames } from '../store/support';
import type { Kind } from './pseudonyms';
import type { Scrubber } from './scrubber';

/** Words of the plan that are its language, not somebody's. */
export const PLAN_WORDS: ReadonlySet<string> = new Set([
  ...[
    'post',
    'kind',
    'strategy',
    'timezone',
    'mode',
    'watch',
    'profile',
    'transport',
    'notice',
    'country',
  ],
  ...[
    'afterTalk',
    'answerMode',
    'secondFactor',
    'language',
    'languages',
    'until',
    'day',
    'codec',
    'codecs',
  ],
  ...['encryption', 'srtp', 'dtmf', 'privacyMode', 'refer', 'from100'],
]);

/** Names, ids and numbers of the plan wherever they stand. */
export function knowPlan(plan: Plan, scrubber: Scrubber): void {
  const take = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const one of value) take(one, key);
    else if (typeof value === 'string' && !PLAN_WORDS.has(key))
      scrubber.know(kindOf(value, key), value);
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) take(one, name);
  };
  take(plan, '');
}

function kindOf(value: string, key: string): Kind {
  if (key === 'name' || key === 'zh' || key === 'en') return 'name';
  if (/^\+?\d{3,}$/.test(value) && key !== 'id' && key !== 'extension') return 'number';
  return key === 'id' || /^[\w-]+$/.test(value) ? 'id' : 'text';
}

/** Whoever is a customer; none while the database is away: then logs have no names but those that stand in quotation marks. */
export async function knowCustomers(databaseUrl: string, scrubber: Scrubber): Promise<void> {
  const db = openDatabase(databaseUrl, { min: 0, max: 1 });
  try {
    for (const name of await customerNames(db)) scrubber.know('name', name);
  } catch {
    // The part about the database says why.
  } finally {
    await db.destroy();
  }
}

/** The machine's, the user's, and every secret that we made. */
export function knowMachine(
  dataDir: string,
  settings: Record<string, string>,
  scrubber: Scrubber,
): void {
  scrubber.know('host', hostname());
  const user = userInfo().username;
  // Everybody's root is nobody's name.
  if (!['root', 'openline', 'node'].includes(user)) scrubber.know('name', user);
  if (homedir() !== '/root') scrubber.know('text', homedir());
  for (const [name, value] of Object.entries(settings))
    if (isSecret(name)) scrubber.know('secret', value);
  for (const name of secretsOf(dataDir)) {
    const secret = readSecret(dataDir, name);
    if (secret !== null) scrubber.know('secret', secret);
  }
}

/** Of a setting with such a name it is told only that it is set. */
export const isSecret = (name: string): boolean =>
  /SECRET|PASS|TOKEN|DATABASE_URL|S3_URL/.test(name);

function secretsOf(dataDir: string): string[] {
  try {
    return readdirSync(join(dataDir, 'secrets'));
  } catch {
    return [];
  }
}
