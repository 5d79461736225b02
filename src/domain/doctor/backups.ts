/** What the doctor says of backups that the app makes by itself. Pure. */
import { isBackupOld, type BackupFact } from '../backup-age';
import type { Finding } from './findings';

const HOUR_MS = 3_600_000;

export function backupsMade(fact: BackupFact): Finding {
  const { dir, goodAt, failed, at } = fact;
  const what = `backups ${dir}`;
  const age = goodAt === null ? null : Math.round((at - goodAt) / HOUR_MS);
  const newest =
    age === null
      ? { zh: '还没有完好的备份', en: 'There is no good one yet' }
      : { zh: `最近的完好备份是 ${age} 小时前`, en: `The newest good one is ${age} hours old` };
  const isOld = isBackupOld(fact);
  if (failed === null && !isOld)
    return { what, state: 'ok', zh: `${newest.zh}。`, en: `${newest.en}.` };
  const why = failed === null ? { zh: '', en: '' } : { zh: `：${failed}`, en: `: ${failed}` };
  return {
    what,
    state: isOld ? 'fail' : 'warn',
    zh: `${newest.zh}，上次尝试${failed === null ? '没有完成' : `失败${why.zh}`}。请检查该磁盘；每小时重试一次。`,
    en: `${newest.en}, and the last try ${failed === null ? 'has not ended' : `failed${why.en}`}. See to that disk; it is tried again each hour.`,
  };
}
