/**
 * `npm run demo`: the product with a sample dealership, whose customers and telemarketers make real calls: SIP over
 * UDP, speech as RTP, desktops over HTTP and push. Nothing leaves this machine.
 *
 *   npm run demo -- [--per-minute 10] [--calls N] [--data FOLDER] [--seed N]
 *
 * With `--calls` it ends when so many have called and prints one object of JSON: what came of them.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Agents } from './agents';
import { Board, type Ledger } from './board';
import { Callers } from './callers';
import { HOTLINES, PASSWORD, plan, SUPERVISORS } from './dealership';
import { openDesk, type Desk } from './desk';
import { startProduct, type Product } from './product';
import { Chance, pause } from './talk';

const HOST = '127.0.0.1';
/** Until recordings are filed and those who are called back are served. */
const AFTERWARDS_MS = 4000;

const { values } = parseArgs({
  options: {
    'per-minute': { type: 'string', default: '10' },
    calls: { type: 'string' },
    data: { type: 'string', default: join(__dirname, '..', 'data', 'demo') },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});

async function demo(): Promise<void> {
  const [perMinute, most] = [positive('per-minute'), positive('calls') ?? Infinity];
  const chance = new Chance(positive('seed') ?? 1);
  process.stderr.write('正在启动 starting …\n');
  const product = await startProduct(values.data);
  const callers = await Callers.open(HOST, chance);
  const agents = await Agents.open(HOST, callers, chance);
  const stop = async (): Promise<void> => {
    callers.leave();
    await pause(500);
    agents.leave();
    // The telephones stay until the product has said goodbye to each.
    await product.stop();
    callers.close();
    agents.close();
  };
  const asked = new Promise<void>((resolve) => {
    // Also when the terminal is closed, to which nothing can be written any more.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
    for (const out of [process.stdout, process.stderr]) out.on('error', () => undefined);
  });
  try {
    await product.apply(plan(agents.address, callers.address));
    await agents.begin(product.http);
    const shown = await show(product);
    const day = callers.keepCalling(product.sip, perMinute ?? 10, most);
    const fell = product.ended.then(() => Promise.reject(new Error('the product ended')));
    await Promise.race([day.then(() => pause(AFTERWARDS_MS)), asked, fell]);
    const ledger = await shown.ledger();
    shown.close();
    if (most < Infinity) report(callers, ledger);
  } finally {
    process.stderr.write('正在结束 ending …\n');
    await stop();
  }
}

interface Shown {
  ledger(): Promise<Ledger[]>;
  close(): void;
}

/** The board, as each store's supervisor sees it. */
async function show(product: Product): Promise<Shown> {
  let ledger: Ledger[] = [];
  const head = [
    `Openline  ${product.http}   SIP ${product.sip.host}:${product.sip.port} (UDP)`,
    `主管 supervisor: chen, gao   坐席 agents: wang, li …   密码 password: ${PASSWORD}`,
    `录音 recordings: ${product.recordings}`,
  ];
  const out = process.stdout.isTTY ? process.stdout : process.stderr;
  const board = new Board(head, out, () => ledger);
  const desks = await Promise.all(
    SUPERVISORS.map(({ id: user }) =>
      openDesk({
        http: product.http,
        user,
        password: PASSWORD,
        onFrame: (frame) => board.take(frame),
      }),
    ),
  );
  const read = async (): Promise<Ledger[]> => (ledger = await ledgers(desks));
  const timer = setInterval(() => void read().catch(() => undefined), 3000);
  board.begin();
  return {
    ledger: read,
    close: () => {
      clearInterval(timer);
      board.close();
      for (const desk of desks) desk.close();
    },
  };
}

const ledgers = (desks: readonly Desk[]): Promise<Ledger[]> =>
  Promise.all(
    HOTLINES.map(async ({ number, store }) => {
      const desk = desks[SUPERVISORS.findIndex((one) => one.store === store)];
      const ledger = (await desk?.get(`/api/ledger?hotline=${number}`)) as Ledger;
      return { ...ledger, hotline: number };
    }),
  );

function report({ counts }: Callers, ledgers: readonly Ledger[]): void {
  const { calls, refused: busyAnswers } = counts;
  process.stdout.write(`${JSON.stringify({ calls, busyAnswers, ledgers })}\n`);
  if (busyAnswers > 0) process.exitCode = 1;
}

function positive(name: 'per-minute' | 'calls' | 'seed'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is a number above 0, not "${text}"`);
  return value;
}

demo()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  })
  // Whoever would have called, or was about to lose patience, is waited for no longer.
  .finally(() => process.exit());
