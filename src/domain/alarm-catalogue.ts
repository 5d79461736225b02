import type { AlarmCode } from './alarm';

/** What an alarm says to whoever has to see to it. */
export interface AlarmText {
  /** What happened, in Chinese and English. */
  zh: string;
  en: string;
  /** Null: nothing is to be done. */
  whatToDo: { zh: string; en: string } | null;
  /** The alarm that is over by this one. */
  ends?: AlarmCode;
}

/** The one catalogue of alarms. docs/operations.md says the same of each, held to it by a test. */
export const ALARMS: Record<AlarmCode, AlarmText> = {
  RECORDING_DISK: {
    zh: '录音目录无法写入。',
    en: 'A folder of recordings does not take them.',
    whatToDo: {
      zh: '请腾出或更换该磁盘；另设 RECORDINGS_DIR_2 可在此期间接替。',
      en: 'Free or replace its disk. `RECORDINGS_DIR_2` on another one takes over meanwhile.',
    },
  },
  EMERGENCY_CALL: {
    zh: '有人拨打了紧急电话。',
    en: 'Somebody dials for help.',
    whatToDo: {
      zh: '请到该话机处查看，并为救援人员引路。',
      en: 'Go to that phone, and show those who come the way.',
    },
  },
  EMERGENCY_REFUSED: {
    zh: '运营商未接受该紧急呼叫，正在尝试下一条线路。',
    en: 'A carrier did not take a call for help; the next way is tried.',
    whatToDo: {
      zh: '请查看详情中的状态码，并请运营商放行紧急号码。',
      en: 'Have that carrier let numbers for help through; the detail has its answer.',
    },
  },
  EMERGENCY_FAILED: {
    zh: '紧急呼叫无法接通，已无线路可用。',
    en: 'A call for help could not be placed: no way was left.',
    whatToDo: {
      zh: '请立即用手机拨打，然后检查中继。',
      en: 'Dial by a mobile phone at once; then see to the trunks.',
    },
  },
  SEAT_PIN_BLOCKED: {
    zh: '有人反复试探某位员工的 PIN，该 PIN 暂时停用。',
    en: 'Somebody tries PINs of a person; nobody signs in by it for a while.',
    whatToDo: {
      zh: '请询问本人；若不是本人所为，请更换 PIN。',
      en: 'Ask that person; if it was somebody else, give him another PIN.',
    },
  },
  SEAT_NOTICE_UNREAD: {
    zh: '有人在话机上签入，但尚未确认通话会被录音，因此未就绪。',
    en: 'Who signs in at a phone has not acknowledged that he is recorded; he is not ready.',
    whatToDo: {
      zh: '请本人在网页登录一次并确认，然后重新签入。',
      en: 'Have him sign in on a page once and acknowledge it, then at the phone again.',
    },
  },
  DIAL_LIMIT: {
    zh: '某人或某店已用尽外呼额度。',
    en: 'A person or a store has used up what may be dialled.',
    whatToDo: {
      zh: '请查看其外呼记录；若属正常，请在方案中提高额度。',
      en: 'Look at the calls placed. If they are right, raise the limit in the plan.',
    },
  },
  RECORDING_COUNTS: {
    zh: '录音清单中的计数自相矛盾，这是程序缺陷。',
    en: 'The counts of a recording contradict each other: a bug.',
    whatToDo: {
      zh: '请保留该录音和日志，并报告此问题。',
      en: 'Keep that recording and the log, and report it.',
    },
  },
  RECORDING_UNLINKED: {
    zh: '录音没有对应的通话，暂时无法查到。',
    en: 'Recordings have no call; nobody finds them.',
    whatToDo: {
      zh: '请检查数据库是否正常；若稍后未恢复，请报告此问题。',
      en: 'See whether the database is well. If `RECORDING_LINKED` does not follow, report it.',
    },
  },
  RECORDING_LINKED: {
    zh: '录音已找到对应的通话。',
    en: 'The call of those recordings came.',
    whatToDo: null,
    ends: 'RECORDING_UNLINKED',
  },
  OVER_CAPACITY: {
    zh: '媒体线路已全部占用，有来电被拒绝（每分钟最多提示一次）。',
    en: 'A caller was refused: all streams of the media are in use. Told once a minute.',
    whatToDo: {
      zh: '请提高 MEDIA_MAX_STREAMS、增加 CPU 核，或再加一台边缘服务器（SIP_PEER）。',
      en: 'Raise `MEDIA_MAX_STREAMS`, give the edge more cores, or add a second one (`SIP_PEER`).',
    },
  },
  MEDIA_FULL: {
    zh: '媒体线路不足，有来电只得到回电承诺（每分钟最多提示一次）。',
    en: 'A caller was promised a call: only kept streams were left. Told once a minute.',
    whatToDo: {
      zh: '处理办法与 OVER_CAPACITY 相同；承诺的回电会自动进行。',
      en: 'As for `OVER_CAPACITY`. Those who were promised a call get it.',
    },
  },
  LEDGER_UNBALANCED: {
    zh: '有热线来电既未结束也不在进行，这是程序缺陷。',
    en: 'A hotline call that came has neither ended nor is it going on: a bug.',
    whatToDo: {
      zh: '详情中有该通话的编号。请保留日志，并报告此问题；必要时回电。',
      en: 'The detail names the call: see whether somebody is to be called back. Keep the log, report it.',
    },
  },
  HOTLINE_TEST_FAILED: {
    zh: '某热线连续两次自测发现问题。',
    en: 'Two test calls of a hotline in a row found something wrong.',
    whatToDo: {
      zh: '请用手机拨打该热线；详情说明问题所在。',
      en: 'Dial that hotline by a mobile phone. The detail says what was wrong.',
    },
  },
  HOTLINE_TEST_PASSED: {
    zh: '该热线自测恢复正常。',
    en: 'A test call of that hotline found nothing wrong.',
    whatToDo: null,
    ends: 'HOTLINE_TEST_FAILED',
  },
  TRUNK_NEARLY_FULL: {
    zh: '某中继的线路已占用 80% 以上。',
    en: 'At least 80 % of the channels of a trunk are used.',
    whatToDo: {
      zh: '请减少外呼；若经常出现，请向运营商增购线路。',
      en: 'Place fewer calls now. If it comes often, buy channels.',
    },
  },
  TRUNK_HAS_ROOM: {
    zh: '该中继的占用已降至 70% 以下。',
    en: 'That trunk has room again, at 70 %.',
    whatToDo: null,
    ends: 'TRUNK_NEARLY_FULL',
  },
  TRUNK_NOT_REGISTERED: {
    zh: '运营商连续两次拒绝或未答复某中继的注册。',
    en: 'The carrier of a trunk did not register us, twice in a row.',
    whatToDo: {
      zh: '请查看详情中的状态码：403 为账号或密码错误，无答复为网络或防火墙问题。',
      en: 'See the status: 403 is user or password, no answer is the network or a firewall.',
    },
  },
  TRUNK_REGISTERED: {
    zh: '该中继已重新注册。',
    en: 'That trunk is registered again.',
    whatToDo: null,
    ends: 'TRUNK_NOT_REGISTERED',
  },
  TRUNK_GATEWAY_DOWN: {
    zh: '某中继的网关连续两次未答复 OPTIONS。',
    en: 'A gateway of a trunk left two OPTIONS unanswered.',
    whatToDo: {
      zh: '请检查到该网关的网络，并询问运营商；外呼暂走其他网关。',
      en: 'See to the network there, ask the carrier. Other gateways get the calls meanwhile.',
    },
  },
  TRUNK_GATEWAY_UP: {
    zh: '该网关已恢复答复。',
    en: 'That gateway answers again.',
    whatToDo: null,
    ends: 'TRUNK_GATEWAY_DOWN',
  },
  DESKTOPS_GONE: {
    zh: '就绪坐席的桌面在 5 秒内断开了 30% 以上。',
    en: 'More than 30 % of the desktops of ready agents went within 5 s.',
    whatToDo: {
      zh: '请检查坐席与 HTTP_LISTEN 之间的网络或代理；通话照常，仅无弹屏。',
      en: 'See to the network or proxy before `HTTP_LISTEN`. Calls go on, without pops.',
    },
  },
  DESKTOPS_BACK: {
    zh: '断开的桌面多数已恢复。',
    en: 'Enough of those desktops are back.',
    whatToDo: null,
    ends: 'DESKTOPS_GONE',
  },
  READ_ONLY: {
    zh: '系统已转为只读：配置与资料暂不可更改，通话照常。',
    en: 'Nothing may be changed: an order, the data disk, or the database. Calls go on.',
    whatToDo: {
      zh: '请运行 `npx openline read-only` 查看原因，并腾出磁盘或修复数据库。',
      en: 'Ask why by `npx openline read-only`. Make room on the disk, or see to the database.',
    },
  },
  READ_ONLY_OVER: {
    zh: '系统已恢复可更改。',
    en: 'Everything may be changed again.',
    whatToDo: null,
    ends: 'READ_ONLY',
  },
  CERTIFICATE_BAD: {
    zh: 'HTTP_TLS_CERT 与 HTTP_TLS_KEY 的新文件不可用，沿用原证书或自制证书。',
    en: 'The files of `HTTP_TLS_CERT` and `HTTP_TLS_KEY` cannot be used; the former go on, or ours.',
    whatToDo: {
      zh: '请检查文件可否读取、是否成对、是否过期；改正后 10 秒内自动生效。',
      en: 'See that they can be read, are a pair, and not over. They are taken within 10 s.',
    },
  },
  BACKUP_FAILED: {
    zh: '自动备份失败，或最近的完好备份已超过一天半。',
    en: 'A backup by itself failed, or the newest good one is older than a day and a half.',
    whatToDo: {
      zh: '详情说明原因：请检查 BACKUP_DIR 的磁盘与空间。每小时重试一次，旧备份保留。',
      en: 'The detail says why: see to the disk of `BACKUP_DIR`. It is tried again each hour; old ones stay.',
    },
  },
  BACKUP_MADE: {
    zh: '备份已重新完成并通过校验。',
    en: 'A backup was made and verified again.',
    whatToDo: null,
    ends: 'BACKUP_FAILED',
  },
  CLOCK_OFF: {
    zh: '本机时钟偏差超过 0.5 秒。',
    en: 'The clock of this machine is more than 0.5 s off.',
    whatToDo: {
      zh: '请开启本机对时：`sudo timedatectl set-ntp true`（chrony：`sudo chronyc makestep`）。',
      en: 'Have it set by NTP: `sudo timedatectl set-ntp true` (chrony: `sudo chronyc makestep`).',
    },
  },
  CLOCK_RIGHT: {
    zh: '本机时钟已准确。',
    en: 'That clock is right again.',
    whatToDo: null,
    ends: 'CLOCK_OFF',
  },
  WEBHOOK_PAUSED: {
    zh: '某订阅（webhook）一天内没有任何消息送达，已暂停。',
    en: 'Nothing arrived at a webhook for a day, or it wants no more: it is paused.',
    whatToDo: {
      zh: '请检查接收方系统，用“测试”确认后恢复订阅；期间的事件会补发。',
      en: 'See to the receiver, test it, and resume the webhook: what waited is sent then.',
    },
  },
  WEBHOOK_RESUMED: {
    zh: '该订阅已恢复。',
    en: 'That webhook was resumed.',
    whatToDo: null,
    ends: 'WEBHOOK_PAUSED',
  },
  TEXT_LIMIT: {
    zh: '某门店当日的短信费用已达上限，今天不再发送。',
    en: 'What texts may cost a store in a day is used up: none are sent until tomorrow.',
    whatToDo: {
      zh: '请查看 GET /api/messages；若属正常，请在方案中提高 spendPerDay。',
      en: 'Look at `GET /api/messages`. If they are right, raise `spendPerDay` in the plan.',
    },
  },
  TEXT_GATEWAY_DOWN: {
    zh: '短信网关连续三次未接收短信。',
    en: 'The gateway of texts did not take three in a row.',
    whatToDo: {
      zh: '请查看详情，检查网络与 TEXTS_ 设置，或询问短信服务商；未发出的会重试。',
      en: 'See the detail, the network and `TEXTS_…`, or ask who runs it. What it did not get goes later.',
    },
  },
  TEXT_GATEWAY_UP: {
    zh: '短信网关已恢复。',
    en: 'The gateway of texts answers again.',
    whatToDo: null,
    ends: 'TEXT_GATEWAY_DOWN',
  },
  TOO_MANY_CUSTOMERS: {
    zh: '直销员今日接待的新客户超过规定数量。',
    en: 'A direct salesperson has more new customers today than the plan wants.',
    whatToDo: {
      zh: '请将后续到店客户交给其他直销员；若数量合理，请在方案中调整 newCustomersADay。',
      en: 'Hand the next who arrive to others; if so many are right, raise `newCustomersADay` in the plan.',
    },
  },
  CONFIRMATIONS_WAIT: {
    zh: '总部高意向线索等待外呼确认超过一天，门店尚未收到。',
    en: 'Leads of HQ wait for their confirmation call for more than a day; no dealer has them.',
    whatToDo: {
      zh: '请在 GET /api/confirmations 中逐条确认；不做确认时，请将方案中的 leads.confirmation.levels 设为 []。',
      en: 'Call them (`GET /api/confirmations`), or set `leads.confirmation.levels: []` in the plan.',
    },
  },
};
