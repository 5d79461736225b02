/**
 * What `npx openline doctor` says of the machine: its clock, its disk, what Node.js has, and how other PCs reach the
 * page. Facts come in; what they mean is decided here. Pure.
 */
import type { Finding } from './findings';

export type ClockFact =
  /** A positive offset: we are behind. */
  | { is: 'measured'; offsetMs: number }
  /** By what the system says of itself. */
  | { is: 'synchronised' }
  | { is: 'unsynchronised' }
  | { is: 'unknown'; why: string };

export interface CertificateFact {
  /** Somebody gave it to us; false: it is of our own making. */
  given: boolean;
  /** SHA-256, as browsers show it. */
  fingerprint: string;
  daysLeft: number;
}

/** One address on which HTTP listens. */
export interface PageFact {
  secure: boolean;
  port: number;
  /** What is to be typed on another PC; none: this machine alone reaches it. */
  urls: string[];
}

export interface MachineFacts {
  /** Version of Node.js. */
  node: string;
  /** Files and connections that this process may have open; null: the system does not say. */
  openFiles: number | null;
  /** Time zones of the plan that Node.js does not know. */
  unknownZones: readonly string[];
  clock: ClockFact;
  certificate: CertificateFact | null;
  pages: readonly PageFact[];
  /** Of this machine, loopback and link-local ones aside. */
  addresses: readonly string[];
  hasMediaNetworks: boolean;
  /** Trunks of the plan that are at an address of the Internet. */
  publicTrunks: readonly string[];
  /** How long a small write takes to be safe; null: it fails. */
  disks: readonly { path: string; writeMs: number | null }[];
}

/** From here on a clock is an alarm: callers, recordings and promises are told by it. */
export const CLOCK_OFF_MS = 500;
/** Two sockets a leg, and a few for each desktop: a day of some hundred talks. */
const ENOUGH_FILES = 4096;
const OLDEST_NODE = 20;
const SLOW_WRITE_MS = 50;
const LATE_WRITE_MS = 500;
const WARN_DAYS = 14;

export const isClockOff = (clock: ClockFact): boolean =>
  clock.is === 'measured' && Math.abs(clock.offsetMs) > CLOCK_OFF_MS;

export function machineFindings(facts: MachineFacts): Finding[] {
  return [
    clock(facts.clock),
    node(facts.node),
    openFiles(facts.openFiles),
    timeZones(facts.unknownZones),
    ...facts.disks.map(write),
    ...(facts.certificate === null ? [] : [certificate(facts.certificate)]),
    pages(facts),
    ...networks(facts),
  ];
}

function clock(fact: ClockFact): Finding {
  const what = 'clock';
  if (fact.is === 'synchronised')
    return ok(what, '系统已用 NTP 校时。', 'The system keeps it by NTP.');
  if (fact.is === 'measured') {
    const ms = Math.round(fact.offsetMs);
    if (!isClockOff(fact))
      return ok(what, `与时间服务器相差 ${ms} 毫秒。`, `${ms} ms from the time servers.`);
    const zh = `本机时钟与时间服务器相差 ${ms} 毫秒。请运行：sudo timedatectl set-ntp true（chrony：sudo chronyc makestep）`;
    const en = `It is ${ms} ms from the time servers. Run: sudo timedatectl set-ntp true (chrony: sudo chronyc makestep)`;
    return { what, state: 'fail', zh, en };
  }
  if (fact.is === 'unsynchronised') {
    const zh =
      '系统没有用 NTP 校时，或时间服务器没有应答。请运行：sudo timedatectl set-ntp true；已安装 chrony 时请看 chronyc sources';
    const en =
      'The system does not keep it by NTP, or no server answers: sudo timedatectl set-ntp true; with chrony look at chronyc sources';
    return { what, state: 'warn', zh, en };
  }
  const zh = `无法得知是否准确（${fact.why}）。请安装并启用 chrony，或设置 NTP_SERVERS=<能应答的时间服务器>。`;
  const en = `Nobody knows whether it is right (${fact.why}). Install and start chrony, or set NTP_SERVERS=<a time server that answers>.`;
  return { what, state: 'warn', zh, en };
}

function node(version: string): Finding {
  const what = 'node';
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return ok(what, `${version}。`, `${version}.`);
  const zh = `${version} 太旧，需要 ${OLDEST_NODE} 或更高版本。`;
  return {
    what,
    state: 'fail',
    zh,
    en: `${version} is too old; ${OLDEST_NODE} or newer is needed.`,
  };
}

function openFiles(limit: number | null): Finding {
  const what = 'open files';
  if (limit === null) return ok(what, '未知。', 'Unknown.');
  if (limit >= ENOUGH_FILES) return ok(what, `${limit}。`, `${limit}.`);
  const zh = `最多 ${limit} 个，通话多时不够。请把上限设为 65536（ulimit -n，或 systemd 的 LimitNOFILE）。`;
  const en = `${limit} at most, too few for many calls. Allow 65536 (ulimit -n, or LimitNOFILE of systemd).`;
  return { what, state: 'warn', zh, en };
}

function timeZones(unknown: readonly string[]): Finding {
  const what = 'time zones';
  if (unknown.length === 0) return ok(what, '齐全。', 'Those of all stores are known.');
  const names = unknown.join(', ');
  const zh = `Node.js 不认识时区 ${names}：请安装带完整 ICU 的 Node.js。`;
  return {
    what,
    state: 'fail',
    zh,
    en: `Node.js does not know ${names}: install one with full ICU.`,
  };
}

function write({ path, writeMs }: MachineFacts['disks'][number]): Finding {
  const what = `write ${path}`;
  if (writeMs === null) {
    const zh = '无法写入。请检查磁盘和文件夹权限。';
    return {
      what,
      state: 'fail',
      zh,
      en: 'It cannot be written. See to the disk and the rights of the folder.',
    };
  }
  const ms = Math.round(writeMs);
  if (ms < SLOW_WRITE_MS) return ok(what, `写入 ${ms} 毫秒。`, `A write takes ${ms} ms.`);
  const state = ms < LATE_WRITE_MS ? 'warn' : 'fail';
  const zh = `写入需 ${ms} 毫秒，太慢。请使用固态硬盘，或把数据移到本机磁盘。`;
  return {
    what,
    state,
    zh,
    en: `A write takes ${ms} ms, too long. Use an SSD, or a disk of this machine.`,
  };
}

function certificate({ given, fingerprint, daysLeft }: CertificateFact): Finding {
  const what = 'certificate';
  const days = Math.floor(daysLeft);
  if (given && days < WARN_DAYS) {
    const zh = `还有 ${days} 天到期。请更新 HTTP_TLS_CERT 的文件，无需重启。`;
    const en = `${days} days are left. Renew the files of HTTP_TLS_CERT; no restart is needed.`;
    return { what, state: days < 1 ? 'fail' : 'warn', zh, en };
  }
  if (given) return ok(what, `还有 ${days} 天到期。`, `${days} days are left.`);
  const zh = `自签名，浏览器会提示一次。指纹（SHA-256）：${fingerprint}`;
  const en = `Of our own making: browsers ask about it once. Its SHA-256 fingerprint is ${fingerprint}`;
  return ok(what, zh, en);
}

function pages({ pages: all }: MachineFacts): Finding {
  const what = 'other PCs';
  const secure = all.filter((one) => one.secure && one.urls.length > 0);
  const plain = all.filter((one) => !one.secure && one.urls.length > 0);
  const [first] = secure;
  if (first !== undefined && plain.length === 0) {
    const urls = secure.flatMap((one) => one.urls).join(' ');
    const open = `sudo ufw allow ${first.port}/tcp`;
    const zh = `请在浏览器输入 ${urls}。打不开时请放行防火墙：${open}`;
    return ok(what, zh, `Type ${urls} there. If nothing comes, open the firewall: ${open}`);
  }
  if (plain.length > 0) {
    const urls = plain.flatMap((one) => one.urls).join(' ');
    const zh = `${urls} 未加密：口令会被看到，浏览器也不给麦克风。请在 HTTP_LISTEN 中改用 https://。`;
    const en = `${urls} is in the clear: passwords can be read, and browsers give no microphone. Use https:// in HTTP_LISTEN.`;
    return { what, state: 'warn', zh, en };
  }
  const listen = 'HTTP_LISTEN=http://127.0.0.1:8080,https://0.0.0.0:8443';
  const zh = `只有本机能打开网页。要让其他电脑访问，请设置 ${listen} 并重启。`;
  return ok(
    what,
    zh,
    `Only this machine reaches the page. For others set ${listen} and start again.`,
  );
}

/** Carriers of the Internet cannot send sound to an address that only this network knows. */
function networks({ addresses, hasMediaNetworks, publicTrunks }: MachineFacts): Finding[] {
  const what = 'networks';
  const v4 = addresses.filter((one) => !one.includes(':'));
  if (hasMediaNetworks || v4.length === 0) return [];
  if (v4.every(isPrivate) && publicTrunks.length > 0) {
    const [trunks, own] = [publicTrunks.join(', '), v4.join(', ')];
    const zh = `线路 ${trunks} 在公网，而我们告诉它的是内网地址（${own}）：对方声音到不了。请在 SIP_NETWORKS 和 MEDIA_NETWORKS 中写明公网地址。`;
    const en = `${trunks}: of the Internet, and told a private address (${own}), to which no sound comes. Name the public one in SIP_NETWORKS and MEDIA_NETWORKS.`;
    return [{ what, state: 'fail', zh, en }];
  }
  if (v4.length === 1) return [];
  const zh = `本机有多个地址（${v4.join('、')}）。请用 SIP_NETWORKS 和 MEDIA_NETWORKS 说明各网络用哪一个。`;
  const en = `Several addresses (${v4.join(', ')}). Say with SIP_NETWORKS and MEDIA_NETWORKS which is for whom.`;
  return [{ what, state: 'warn', zh, en }];
}

/** RFC 1918, and what carriers use behind their own NAT (RFC 6598). */
export const isPrivate = (address: string): boolean =>
  /^(10\.|192\.168\.|127\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
    address,
  );

const ok = (what: string, zh: string, en: string): Finding => ({ what, state: 'ok', zh, en });
