import { endUnwatched } from '../../../src/app/unwatched';
import type { Config } from '../../../src/config';
import type { AlarmRaised } from '../../../src/domain/alarm';
import type { DomainEvent } from '../../../src/domain/events';

const SET = { backups: {}, databaseUrl: 'postgres://x', texts: {} };

test.each([
  ['nothing is missing', {}, []],
  ['no backups', { backups: null }, ['BACKUP_MADE no longer watched: BACKUP_DIR is not set']],
  ['no texts', { texts: null }, ['TEXT_GATEWAY_UP no longer watched: TEXTS_VIA is not set']],
])('alarms of what the settings have no more are over: %s', (_what, parts, ends) => {
  const told: string[] = [];
  const submit = (event: DomainEvent): void => {
    const { code, detail } = event as AlarmRaised;
    told.push(`${code} ${detail}`);
  };
  const config = { ...SET, ...parts } as unknown as Config;
  endUnwatched(config, { engine: { submit }, clock: { now: () => 7 } });
  expect(told).toEqual(ends);
});
