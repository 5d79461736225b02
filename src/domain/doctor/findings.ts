/**
 * What `npx openline doctor` says of an installation: each thing that was looked at, whether somebody has to do
 * something, and what, in plain words. Facts come in; what they mean is decided here. Pure.
 */
import type { BackupFact } from '../backup-age';
import type { AgentId } from '../ids';
import type { HotlineView } from '../notices';
import type { PlanFinding } from '../plan-lint/finding';
import type { ReadOnly } from '../read-only';
import type { TrunkView } from '../trunk/view';
import { backupsMade } from './backups';
import { machineFindings, type MachineFacts } from './machine';
import { unconfirmed } from './unconfirmed';
import { trunkNeed, type BusiestHour } from './trunk-need';

/** `warn`: soon, or at leisure; `fail`: now. */
export type FindingState = 'ok' | 'warn' | 'fail';

export interface Finding {
  /** What was looked at: `trunk carrier`, `database` … */
  what: string;
  state: FindingState;
  zh: string;
  en: string;
}

/** One folder of recordings. */
export interface FolderFact {
  path: string;
  /** Null: it cannot be read. */
  freeBytes: number | null;
}

export interface DatabaseFact {
  clockOffMs: number;
  /** Of PostgreSQL, as `16.4`. */
  version: string;
  /** How long one question takes. */
  latencyMs: number;
  bytes: number;
}

export interface DoctorFacts {
  machine: MachineFacts;
  /** Hours of talk that were recorded in the last week; null: not known. */
  recordedHours: number | null;
  /** The database answered, and its clock is so far from ours; null: it did not. */
  database: DatabaseFact | null;
  /** Parts that are missing, as `/ready` names them. */
  missing: readonly string[];
  /** What the lint says of the plan. */
  plan: readonly PlanFinding[];
  /** Who hears recordings with a password alone, and whether the plan says that this is meant. */
  byPasswordAlone: { people: readonly AgentId[]; isMeant: boolean };
  /** Prompts that a language lacks, as `en/greeting`. */
  promptsMissing: readonly string[];
  folders: readonly FolderFact[];
  /** Nothing may be changed; missing or null: everything may. */
  readOnly?: ReadOnly | null;
  /** Missing or null: none are made by themselves. */
  backups?: BackupFact | null;
  /** Leads of HQ that should have been called to confirm them; missing or null: not known. */
  unconfirmed?: number | null;
  hotlines: readonly HotlineView[];
  /** Hotline calls since the app started that came and are neither ended nor there. */
  callsLost: number;
  trunks: readonly { view: TrunkView; busiest: BusiestHour | null; peak: number }[];
}

/** A day of forty talks at a time is about this. */
const LOW_DISK = 20e9;
const NO_DISK = 2e9;
const CLOCK_MS = 2000;
const OLDEST_POSTGRES = 14;
const SLOW_DATABASE_MS = 200;
/** G.711 of both sides, 16 bits: what an hour of talk takes. */
const HOUR_BYTES = 58e6;
const HOURS_OF_A_WEEK = 168;
const ONE_IN_THOUSAND = 0.001;
const ONE_IN_HUNDRED = 0.01;

export function findings(facts: DoctorFacts): Finding[] {
  return [
    database(facts.database),
    ...(facts.readOnly ? [readOnly(facts.readOnly)] : []),
    ...(['signalling', 'media', 'plan'] as const).map((part) => partOf(part, facts.missing)),
    ...facts.plan.flatMap(planError),
    secondFactor(facts.byPasswordAlone),
    prompts(facts.promptsMissing),
    ...facts.folders.map((one) => disk(one, facts.recordedHours)),
    ...(facts.backups ? [backupsMade(facts.backups)] : []),
    ledger(facts.callsLost),
    ...(typeof facts.unconfirmed === 'number' ? [unconfirmed(facts.unconfirmed)] : []),
    ...facts.hotlines.flatMap(tested),
    ...facts.trunks.flatMap((one) => [carrier(one.view), channels(one)]),
    ...machineFindings(facts.machine),
  ];
}

function database(fact: DoctorFacts['database']): Finding {
  const what = 'database';
  if (fact === null) {
    const zh = '数据库没有应答：通话照常，记录留在本机日志里。请检查 PostgreSQL。';
    const en = 'It does not answer; calls go on, records wait on disk. See to PostgreSQL.';
    return { what, state: 'fail', zh, en };
  }
  const { version, latencyMs, bytes } = fact;
  if (Number(version.split('.')[0]) < OLDEST_POSTGRES) {
    const zh = `PostgreSQL ${version} 太旧，需要 ${OLDEST_POSTGRES} 或更高版本。`;
    const en = `PostgreSQL ${version} is too old; ${OLDEST_POSTGRES} or newer is needed.`;
    return { what, state: 'fail', zh, en };
  }
  if (latencyMs > SLOW_DATABASE_MS) {
    const ms = Math.round(latencyMs);
    const zh = `应答需 ${ms} 毫秒，太慢。请检查数据库的负载和网络。`;
    return {
      what,
      state: 'warn',
      zh,
      en: `An answer takes ${ms} ms. See to its load, and the network.`,
    };
  }
  if (Math.abs(fact.clockOffMs) < CLOCK_MS) {
    const size = `${(bytes / 1e9).toFixed(1)} GB`;
    const zh = `正常，时钟一致（PostgreSQL ${version}，${size}）。`;
    const en = `It answers, and its clock is ours (PostgreSQL ${version}, ${size}).`;
    return { what, state: 'ok', zh, en };
  }
  const s = Math.round(Math.abs(fact.clockOffMs) / 1000);
  const zh = `数据库与本机时钟相差 ${s} 秒。请在两台机器上启用 NTP。`;
  const en = `Its clock and ours are ${s} s apart. Run NTP on both machines.`;
  return { what, state: 'warn', zh, en };
}

const WHY_READ_ONLY = {
  ordered: {
    zh: '按命令处于只读：不能进行更改，通话照常。npx openline read-only off 可结束。',
    en: 'Ordered: nothing may be changed, calls go on. npx openline read-only off ends it.',
  },
  disk: {
    zh: '数据磁盘将满，系统为只读：通话照常。请清理磁盘。',
    en: 'The data disk is nearly full: nothing may be changed, calls go on. Make room.',
  },
  database: {
    zh: '数据库不接受写入，系统为只读：通话照常，记录留在本机日志里。请检查 PostgreSQL。',
    en: 'The database takes no changes: calls go on, records wait on disk. See to PostgreSQL.',
  },
} as const;

function readOnly({ why }: ReadOnly): Finding {
  return { what: 'read-only', state: why === 'ordered' ? 'warn' : 'fail', ...WHY_READ_ONLY[why] };
}

const PARTS = {
  signalling: {
    zh: '信令（SIP）没有连接：没有电话能进来。请看边缘进程的日志。',
    en: 'No connection to SIP: no call comes in. Look at the log of the edge.',
  },
  media: {
    zh: '媒体没有连接。请看边缘进程的日志。',
    en: 'No connection to the media. Look at the log of the edge.',
  },
  plan: {
    zh: '还没有热线。请运行 npx openline apply plan.yaml。',
    en: 'There is no hotline yet: npx openline apply plan.yaml.',
  },
} as const;

function partOf(what: keyof typeof PARTS, missing: readonly string[]): Finding {
  if (missing.includes(what)) return { what, state: 'fail', ...PARTS[what] };
  return { what, state: 'ok', zh: '正常。', en: 'All is well.' };
}

/** Where callers are refused or kept for nothing; the rest is for who changes the plan. */
function planError({ severity, at, zh, en }: PlanFinding): Finding[] {
  return severity === 'error' ? [{ what: `plan ${at}`, state: 'fail', zh, en }] : [];
}

/** Told also where it is meant: who set that up may not be who answers for it. */
function secondFactor({ people, isMeant }: DoctorFacts['byPasswordAlone']): Finding {
  const what = 'second factor';
  if (people.length === 0) {
    const zh = '收听录音不能只凭密码。';
    return { what, state: 'ok', zh, en: 'Nobody hears recordings with a password alone.' };
  }
  const some = `${people.slice(0, 5).join(', ')}${people.length > 5 ? ' …' : ''}`;
  const zh = `${people.length} 人凭密码即可收听录音（${some}）`;
  const en = `A password alone opens recordings to ${people.length} (${some})`;
  if (isMeant)
    return { what, state: 'ok', zh: `${zh}，方案如此规定。`, en: `${en}, as the plan says.` };
  const todo = 'signIn: { secondFactor: listeners }';
  return {
    ...{ what, state: 'warn' },
    zh: `${zh}。请在方案中写 ${todo}；确实不需要时写 off。`,
    en: `${en}. Say ${todo} in the plan, or off where that is meant.`,
  };
}

function prompts(missing: readonly string[]): Finding {
  const what = 'prompts';
  if (missing.length === 0)
    return { what, state: 'ok', zh: '各语言提示音齐全。', en: 'Every language has all of them.' };
  const some = missing.slice(0, 5).join(', ');
  const zh = `缺少 ${missing.length} 个提示音（${some}）。请重新安装，或用 npx openline prompts import 导入。`;
  const en = `${missing.length} are missing (${some}). Install anew, or npx openline prompts import.`;
  return { what, state: 'fail', zh, en };
}

function disk({ path, freeBytes }: FolderFact, recordedHours: number | null): Finding {
  const what = `disk ${path}`;
  if (freeBytes === null) {
    const zh = '无法读取录音文件夹。请检查磁盘和权限。';
    return { what, state: 'fail', zh, en: 'It cannot be read. See to the disk and its rights.' };
  }
  const free = `${Math.floor(freeBytes / 1e9)} GB`;
  const [lastsZh, lastsEn] = lasts(freeBytes / HOUR_BYTES, recordedHours);
  if (freeBytes >= LOW_DISK)
    return {
      what,
      state: 'ok',
      zh: `剩余 ${free}，${lastsZh}。`,
      en: `${free} are free: ${lastsEn}.`,
    };
  const state = freeBytes < NO_DISK ? 'fail' : 'warn';
  const zh = `录音磁盘只剩 ${free}，${lastsZh}。请扩容，或清理旧文件。`;
  return { what, state, zh, en: `Only ${free} are free for recordings: ${lastsEn}. Make room.` };
}

/** How far the room goes: in talk, and by the clock at the use of the last week. */
function lasts(hours: number, recordedHours: number | null): [zh: string, en: string] {
  const talk = Math.floor(hours);
  if (!recordedHours) return [`可录 ${talk} 小时通话`, `${talk} h of talk`];
  const clock = Math.floor(hours / (recordedHours / HOURS_OF_A_WEEK));
  return [
    `可录 ${talk} 小时通话，按上周用量够 ${clock} 小时`,
    `${talk} h of talk, ${clock} h at the use of last week`,
  ];
}

function ledger(lost: number): Finding {
  const what = 'ledger';
  if (lost === 0)
    return { what, state: 'ok', zh: '来电都有结果。', en: 'Each call ended or is going on.' };
  const zh = `有 ${lost} 个来电没有结果。请查看警报 LEDGER_UNBALANCED 和日志，并报告此问题。`;
  const en = `${lost} calls came to no end. See the alarm LEDGER_UNBALANCED and the log, and report it.`;
  return { what, state: 'fail', zh, en };
}

/** Nothing is said of one that is not tested. */
function tested({ number, test }: HotlineView): Finding[] {
  if (test === null) return [];
  const what = `hotline ${number}`;
  const ms = test.answeredMs ?? 0;
  if (test.fault === null) {
    const zh = `自测正常：${ms} 毫秒接通，音质 ${test.mos ?? '-'}。`;
    const en = `Its last test was good: answered in ${ms} ms, MOS ${test.mos ?? '-'}.`;
    return [{ what, state: 'ok', zh, en }];
  }
  const state = test.failures > 1 ? 'fail' : 'warn';
  const why = `${test.fault} ${test.detail}`.trim();
  const zh = `自测失败 ${test.failures} 次：${why}。请拨打该号码，并查看日志。`;
  const en = `${test.failures} test calls failed: ${why}. Call it yourself, and look at the log.`;
  return [{ what, state, zh, en }];
}

function carrier({ id, registration, gateways }: TrunkView): Finding {
  const what = `carrier of ${id}`;
  const down = gateways.filter(({ up }) => !up).map(({ address }) => address);
  if (registration?.is === 'failing') {
    const status = registration.status ?? '-';
    const zh = `运营商拒绝注册（${status}）。请核对账号和密码。`;
    const en = `It does not register us (${status}). See to account and password.`;
    return { what, state: 'fail', zh, en };
  }
  if (down.length === 0) return { what, state: 'ok', zh: '正常。', en: 'All is well.' };
  const zh = `网关没有应答：${down.join('、')}。请联系运营商或检查网络。`;
  const en = `Gateways do not answer: ${down.join(', ')}. Ask the carrier, or see to the network.`;
  return { what, state: down.length === gateways.length ? 'fail' : 'warn', zh, en };
}

function channels({ view, busiest, peak }: DoctorFacts['trunks'][number]): Finding {
  const what = `channels of ${view.id}`;
  if (busiest === null) {
    const zh = '过去一周没有通话，无法计算。';
    return { what, state: 'ok', zh, en: 'No call in the last week: nothing to compute.' };
  }
  const { blocking, forOneInHundred, forOneInThousand } = trunkNeed(busiest.erlangs, view.channels);
  const load = busiest.erlangs.toFixed(1);
  const share = `${(blocking * 100).toFixed(2)} %`;
  const zh =
    `共 ${view.channels} 路。上周最忙的一小时平均占用 ${load} 路，最高 ${peak} 路：` +
    `呼损 ${share}。呼损 1% 需 ${forOneInHundred} 路，0.1% 需 ${forOneInThousand} 路。`;
  const en =
    `${view.channels} of them. In the busiest hour of last week ${load} were in use on average, ${peak} at most: ` +
    `${share} of callers hear "busy". 1 % takes ${forOneInHundred} channels, 0.1 % takes ${forOneInThousand}.`;
  if (blocking <= ONE_IN_THOUSAND) return { what, state: 'ok', zh, en };
  const state = blocking > ONE_IN_HUNDRED ? 'fail' : 'warn';
  return { what, state, zh: `${zh}请增购中继线路。`, en: `${en} Buy more.` };
}
