/** What `npx openline import` says, in the terminal's language. */
import type { ImportCounts } from '../domain/intake/batch';
import type { PreviewRow } from '../domain/intake/preview';

export type ImportWords = (typeof IMPORT_WORDS)['zh' | 'en'];

export const IMPORT_WORDS = {
  zh: {
    usage: [
      '用法：npx openline import 文件 --source web [--store bj01]',
      '',
      '  --source   未注明来源的行：inbound、hq、web、showroom、walk-in',
      '  --store    导入到哪家门店；只有一家时可省略',
      '  --as       leads（默认，每人一条线索）或 customers（只有客户）',
      '  --format   原始载体：paper、pda、web、sms、excel（默认）',
      '  --area-code 010      没有区号的固定电话的区号；不给则拒绝',
      `  --columns '{"号码":"number"}'   各列的含义，其余自动识别`,
      '  --rejects 文件       被拒绝的行写到哪里；默认在原文件旁',
      '  --dry-run  只说明会导入什么，不做任何更改',
      '  --json     以 JSON 输出结果',
      '',
      '退出码：0 全部导入；1 有行被拒绝，或导入未成；2 无法尝试。',
    ].join('\n'),
    wouldDo: (name: string) => `${name}：预览，未做任何更改。`,
    columns: (read: string) => `各列：${read}`,
    notRead: '不读取',
    row: (row: number, outcome: PreviewRow['outcome']) =>
      `第 ${row} 行：${{ made: '新客户', filled: '补充', same: '无变化', rejected: '拒绝' }[outcome]}`,
    unread: (path: string, why: string) => `${path}：无法读取（${why}）。`,
    going: (name: string, row: number) => `${name}：已到第 ${row} 行`,
    done: (name: string, id: string) => `${name}：已导入（${id}）。`,
    counts: (counts: ImportCounts) =>
      `共 ${counts.rows} 行：新客户 ${counts.customers}，新线索 ${counts.leads}，新车辆 ${counts.vehicles}，` +
      `补充 ${counts.filled}，无变化 ${counts.same}，拒绝 ${counts.rejected}，待人工判断 ${counts.doubtful}`,
    rejects: (path: string) => `被拒绝的行及原因：${path}。更正后导入该文件即可。`,
    failed: (name: string, code: string, row: number) =>
      `${name}：导入在第 ${row} 行之后中止（${code}）。`,
    lost: (id: string) => `导入 ${id} 仍在进行，或在应用重新启动后继续。`,
  },
  en: {
    usage: [
      'Usage: npx openline import FILE --source web [--store bj01]',
      '',
      '  --source   of rows that name none: inbound, hq, web, showroom, walk-in',
      '  --store    into which store; may be left out where there is one',
      '  --as       leads (each person has one then), or customers alone',
      '  --format   on what it was taken down: paper, pda, web, sms, excel (when left out)',
      '  --area-code 010      of fixed numbers that have none; without it these are rejected',
      `  --columns '{"号码":"number"}'   what columns hold; the rest is recognised`,
      '  --rejects FILE       where rejected rows go; beside the file when left out',
      '  --dry-run  says what it would do, and changes nothing',
      '  --json     the result as JSON',
      '',
      'Exit codes: 0 all of it landed, 1 rows were rejected or it ended before, 2 it could not be tried.',
    ].join('\n'),
    wouldDo: (name: string) => `${name}: a preview, nothing was changed.`,
    columns: (read: string) => `Columns: ${read}`,
    notRead: 'not read',
    row: (row: number, outcome: PreviewRow['outcome']) =>
      `Row ${row}: ${{ made: 'a new customer', filled: 'something new of somebody who is known', same: 'nothing new', rejected: 'rejected' }[outcome]}`,
    unread: (path: string, why: string) => `${path}: cannot be read (${why}).`,
    going: (name: string, row: number) => `${name}: up to row ${row}`,
    done: (name: string, id: string) => `${name}: imported (${id}).`,
    counts: (counts: ImportCounts) =>
      `${counts.rows} rows: ${counts.customers} new customers, ${counts.leads} new leads, ${counts.vehicles} new vehicles, ` +
      `${counts.filled} filled, ${counts.same} the same, ${counts.rejected} rejected, ${counts.doubtful} pairs to decide`,
    rejects: (path: string) =>
      `Rejected rows, and why: ${path}. Correct them there and import that file.`,
    failed: (name: string, code: string, row: number) =>
      `${name}: the import ended behind row ${row} (${code}).`,
    lost: (id: string) => `Import ${id} goes on, or does when the app is started again.`,
  },
};
