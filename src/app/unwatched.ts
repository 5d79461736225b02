/** Alarms of what the settings have no more: nobody watches it, so nobody else would tell that they are over. */
import type { AlarmCode } from '../domain/alarm';
import type { Config } from '../config';
import type { Submit } from '../engine/ports';
import type { Instant } from '../domain/time';

/** Once, after the start: settings are read then. */
export function endUnwatched(
  { backups, databaseUrl, texts }: Config,
  { engine, clock }: { engine: { submit: Submit }; clock: { now: () => Instant } },
): void {
  const unwatched: [AlarmCode, boolean, string][] = [
    ['BACKUP_MADE', backups === null || databaseUrl === null, 'BACKUP_DIR'],
    ['TEXT_GATEWAY_UP', texts === null, 'TEXTS_VIA'],
  ];
  for (const [code, isUnwatched, setting] of unwatched) {
    const detail = `no longer watched: ${setting} is not set`;
    if (isUnwatched) engine.submit({ type: 'alarm.raised', at: clock.now(), code, detail });
  }
}
