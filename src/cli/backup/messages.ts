/** What `npx openline backup` and `restore` say, in the terminal's language. */
import type { BackupStep } from '../../backup/make';
import type { BackupFault } from '../../backup/manifest';

type Step = BackupStep | 'verify';

export interface Messages {
  usage: { backup: string; restore: string };
  steps: Record<Step, string>;
  faults: Record<BackupFault['code'], (detail: string) => string>;
  made: (facts: Facts) => string;
  behind: string;
  missing: (count: number, some: string) => string;
  damaged: (count: number, some: string) => string;
  whole: (facts: Facts) => string;
  broken: (count: number, some: string) => string;
  restored: (facts: Facts) => string;
  newSecrets: string;
  askPassphrase: string;
  shortPassphrase: string;
  noPassphrase: string;
}

export interface Facts {
  folder: string;
  at: string;
  calls: number;
  promises: number;
  recordings: number;
  megabytes: string;
  reused: number;
}

export const MESSAGES: Record<'zh' | 'en', Messages> = {
  en: {
    usage: {
      backup:
        'Usage: npx openline backup FOLDER | --to FILE.tar [--rate MB] [--with-secrets], npx openline backup verify BACKUP',
      restore: 'Usage: npx openline restore BACKUP [--dry-run] [--with-secrets]',
    },
    steps: {
      journal: 'What has happened goes into the database',
      tables: 'Tables',
      files: 'Files',
      recordings: 'Recordings',
      verify: 'Verifying',
    },
    faults: {
      NO_BACKUP: (detail) => `${detail} is no backup, or one that was not finished.`,
      OTHER_FORMAT: (detail) =>
        `The backup has format ${detail}, which this version does not know. Restore it with the version that made it.`,
      NEWER_VERSION: (detail) =>
        `The backup was made by a newer version (${detail}). Install that version, or a newer one.`,
      DAMAGED: (detail) =>
        `The backup is damaged: ${detail}. Nothing can be restored from it safely.`,
      UNDER_WAY: (detail) => `A backup is being made in ${detail} already.`,
      NO_ROOM: (detail) =>
        `There is not enough room (${detail}). Make room, or choose another disk.`,
      NOT_EMPTY: (detail) =>
        `${detail} is not empty. A backup is restored into empty folders only: set OPENLINE_DATA and RECORDINGS_DIR.`,
      FILE_THERE: (detail) => `${detail} is there already. Name another file, or remove that one.`,
      DATABASE_TAKEN: () =>
        'The database of DATABASE_URL holds rows already. Make an empty one, and set DATABASE_URL to it.',
      WRONG_PASSPHRASE: () => 'That is not the passphrase of these secrets.',
      NO_SCHEMA: () => 'The database has no tables of Openline: there is nothing to back up.',
      NO_DATABASE: (detail) =>
        `There is no database in ${detail}. Set OPENLINE_DATA to the folder that the product was started with, or DATABASE_URL.`,
    },
    made: ({ folder, at, calls, promises, recordings, megabytes, reused }) =>
      `${folder}: as of ${at}, ${calls} calls, ${promises} open promises, ` +
      `${recordings} recordings (${megabytes} MB, ${reused} of them had been saved before).`,
    behind:
      'The running app was not asked, or did not bring its journal into the database in time: the journal came along.',
    missing: (count, some) => `${count} recordings have no file here: ${some}`,
    damaged: (count, some) => `${count} recordings are other than they were recorded: ${some}`,
    whole: ({ at, calls, recordings }) =>
      `The backup is whole: as of ${at}, ${calls} calls, ${recordings} recordings.`,
    broken: (count, some) => `${count} files are missing or damaged: ${some}`,
    restored: ({ at, calls, promises, recordings }) =>
      `Restored as of ${at}: ${calls} calls, ${promises} open promises, ${recordings} recordings. Start with npm start.`,
    newSecrets: 'Secrets are made anew at the start: everybody signs in again.',
    askPassphrase: 'Passphrase: ',
    shortPassphrase: 'The passphrase needs at least 12 characters.',
    noPassphrase: 'Set OPENLINE_BACKUP_PASSPHRASE, or run the command at a terminal.',
  },
  zh: {
    usage: {
      backup:
        '用法：npx openline backup 文件夹 | --to 文件.tar [--rate MB] [--with-secrets]，npx openline backup verify 备份',
      restore: '用法：npx openline restore 备份 [--dry-run] [--with-secrets]',
    },
    steps: {
      journal: '将已发生的事写入数据库',
      tables: '数据表',
      files: '文件',
      recordings: '录音',
      verify: '校验',
    },
    faults: {
      NO_BACKUP: (detail) => `${detail} 不是备份，或是未完成的备份。`,
      OTHER_FORMAT: (detail) => `备份格式为 ${detail}，本版本无法识别。请用制作它的版本恢复。`,
      NEWER_VERSION: (detail) => `该备份由更新的版本制作（${detail}）。请安装该版本或更新的版本。`,
      DAMAGED: (detail) => `备份已损坏：${detail}。不能从中安全恢复。`,
      UNDER_WAY: (detail) => `${detail} 中正在进行另一次备份。`,
      NO_ROOM: (detail) => `空间不足（${detail}）。请清理磁盘或换一个磁盘。`,
      NOT_EMPTY: (detail) =>
        `${detail} 不是空文件夹。备份只能恢复到空文件夹：请设置 OPENLINE_DATA 和 RECORDINGS_DIR。`,
      FILE_THERE: (detail) => `${detail} 已存在。请换一个文件名，或删除该文件。`,
      DATABASE_TAKEN: () => 'DATABASE_URL 的数据库已有数据。请新建空数据库并设置 DATABASE_URL。',
      WRONG_PASSPHRASE: () => '口令不正确，无法解密密钥。',
      NO_SCHEMA: () => '数据库中没有 Openline 的表，没有可备份的内容。',
      NO_DATABASE: (detail) =>
        `${detail} 中没有数据库。请将 OPENLINE_DATA 设为启动时使用的文件夹，或设置 DATABASE_URL。`,
    },
    made: ({ folder, at, calls, promises, recordings, megabytes, reused }) =>
      `${folder}：截至 ${at}，通话 ${calls} 通，未完成的回电承诺 ${promises} 条，` +
      `录音 ${recordings} 个（${megabytes} MB，其中 ${reused} 个此前已备份）。`,
    behind: '运行中的应用未应答，或未能及时将日志写入数据库：日志已一并备份。',
    missing: (count, some) => `${count} 个录音在本机没有文件：${some}`,
    damaged: (count, some) => `${count} 个录音与录制时不一致：${some}`,
    whole: ({ at, calls, recordings }) =>
      `备份完整：截至 ${at}，通话 ${calls} 通，录音 ${recordings} 个。`,
    broken: (count, some) => `${count} 个文件缺失或损坏：${some}`,
    restored: ({ at, calls, promises, recordings }) =>
      `已恢复至 ${at}：通话 ${calls} 通，未完成的回电承诺 ${promises} 条，录音 ${recordings} 个。请运行 npm start。`,
    newSecrets: '密钥将在启动时重新生成：所有人需重新登录。',
    askPassphrase: '口令：',
    shortPassphrase: '口令至少 12 个字符。',
    noPassphrase: '请设置 OPENLINE_BACKUP_PASSPHRASE，或在终端中运行此命令。',
  },
};
