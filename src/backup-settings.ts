/** What the settings say of backups that are made by themselves. config.ts reads them with all others. */
import { resolve } from 'node:path';

/** Each and its default, in the order of `.env.example`. */
export const BACKUP_SETTINGS = { BACKUP_DIR: '', BACKUP_AT: '02:30', BACKUP_KEEP: '7' } as const;

type Name = keyof typeof BACKUP_SETTINGS;

export interface BackupSettings {
  /** Absolute. */
  dir: string;
  /** On the clock of this machine, minutes after midnight. */
  atMinute: number;
  /** So many of the newest stay; 1 or more. */
  keep: number;
}

/** Null: BACKUP_DIR is empty, and none are made. Problems go to `problems`, one line each. */
export function backupSettings(
  value: (name: Name) => string,
  { cwd, problems }: { cwd: string; problems: string[] },
): BackupSettings | null {
  const wrong = (name: Name, expected: string): void => {
    problems.push(`${name}=${value(name)}: expected ${expected}.`);
  };
  const [, hour, minute] = /^([01]?\d|2[0-3])(?::([0-5]\d))?$/.exec(value('BACKUP_AT')) ?? [];
  if (hour === undefined) wrong('BACKUP_AT', 'an hour or a time of the day, such as 2 or 02:30');
  const keep = /^\d{1,4}$/.test(value('BACKUP_KEEP')) ? Number(value('BACKUP_KEEP')) : 0;
  if (keep === 0) wrong('BACKUP_KEEP', 'a whole number, 1 to 9999');
  if (value('BACKUP_DIR') === '') return null;
  const atMinute = Number(hour) * 60 + Number(minute ?? 0);
  return { dir: resolve(cwd, value('BACKUP_DIR')), atMinute, keep };
}
