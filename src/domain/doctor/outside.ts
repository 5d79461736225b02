/** What `npx openline doctor` says when the app does not answer: what keeps it from starting, as far as it can be seen from outside. Pure. */
import type { Finding } from './findings';

export interface OutsideFacts {
  /** Where it was asked. */
  address: string;
  /** Process that runs in the data folder; null: none does. */
  runs: number | null;
  /** What is wrong with the settings. */
  problems: readonly string[];
  /** Addresses of the settings, and whether they can be had. */
  ports: readonly {
    setting: string;
    address: string;
    state: 'free' | 'taken' | 'not-ours' | 'kept';
  }[];
  /** The range of MEDIA_PORTS, and how many of it somebody has; null: it was not looked at, or any will do. */
  media: { low: number; high: number; taken: number } | null;
  /** `host:port` of DATABASE_URL that does not answer; null: it does, or PostgreSQL is embedded. */
  databaseAway: string | null;
}

export function outsideFindings(facts: OutsideFacts): Finding[] {
  return [
    app(facts),
    ...facts.problems.map(problem),
    ...facts.ports.flatMap(port),
    ...(facts.media === null ? [] : [media(facts.media)]),
    ...database(facts),
  ];
}

function app({ address, runs, problems, ports }: OutsideFacts): Finding {
  const what = 'app';
  if (runs !== null) {
    const zh = `进程 ${runs} 在运行，但 ${address} 没有应答。请看它的日志；仍在启动时请稍等。`;
    const en = `Process ${runs} runs, but does not answer at ${address}. Look at its log; it may still be starting.`;
    return { what, state: 'fail', zh, en };
  }
  const isClear = problems.length === 0 && ports.every(({ state }) => state === 'free');
  const zh = `没有运行。${isClear ? '请运行 npm start。' : '以下问题使它无法启动。'}`;
  const en = `It does not run. ${isClear ? 'Run npm start.' : 'What follows keeps it from starting.'}`;
  return { what, state: 'fail', zh, en };
}

const problem = (text: string): Finding => ({
  ...{ what: 'settings', state: 'fail', zh: `设置有误：${text}`, en: text },
});

const PORTS = {
  taken: (address: string) => {
    const find = `sudo ss -lptun 'sport = :${address.split(':').at(-1)}'`;
    const zh = `${address} 被其他程序占用。请停止它（${find}），或换一个端口。`;
    return {
      zh,
      en: `${address} is taken. Stop the program that has it (${find}), or set another port.`,
    };
  },
  'not-ours': (address: string) => ({
    zh: `本机没有地址 ${address}。请改成本机的地址，或用 0.0.0.0。`,
    en: `This machine has no address ${address}. Set one that it has, or 0.0.0.0.`,
  }),
  kept: (address: string) => ({
    zh: `${address} 的端口只有 root 能用。请用 1024 以上的端口。`,
    en: `The port of ${address} is kept for root. Set one above 1023.`,
  }),
};

function port({ setting: what, address, state }: OutsideFacts['ports'][number]): Finding[] {
  if (state !== 'free') return [{ what, state: 'fail', ...PORTS[state](address) }];
  return [{ what, state: 'ok', zh: `${address} 可用。`, en: `${address} is free.` }];
}

/** The media engine passes over a port that is taken. */
function media({ low, high, taken }: NonNullable<OutsideFacts['media']>): Finding {
  const what = 'MEDIA_PORTS';
  const all = high - low + 1;
  if (taken === 0) {
    const zh = `UDP ${low}-${high} 共 ${all} 个端口，均可用。`;
    return { what, state: 'ok', zh, en: `UDP ${low}-${high}: all ${all} ports are free.` };
  }
  const find = `sudo ss -lpun 'sport >= :${low} and sport <= :${high}'`;
  const zh = `UDP ${low}-${high} 的 ${all} 个端口中有 ${taken} 个被其他程序占用，通话会避开它们。请停止该程序（${find}），或换一个范围。`;
  const en = `${taken} of the ${all} ports of UDP ${low}-${high} are taken; calls do without them. Stop the program that has them (${find}), or set another range.`;
  return { what, state: taken === all ? 'fail' : 'warn', zh, en };
}

function database({ databaseAway: place }: OutsideFacts): Finding[] {
  if (place === null) return [];
  const zh = `${place} 没有应答。请启动 PostgreSQL，或改正 DATABASE_URL。`;
  const en = `${place} does not answer. Start PostgreSQL, or correct DATABASE_URL.`;
  return [{ what: 'database', state: 'fail', zh, en }];
}
