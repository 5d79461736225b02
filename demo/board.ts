/**
 * What goes on, in the terminal: the queues, who does what, the calls of this moment, and the ledger of the day. Drawn
 * anew every second on a terminal; elsewhere one line a call.
 */
import type { Frame } from './desk';

interface Named {
  id: string;
  name?: string;
}

interface Agent extends Named {
  activity: string;
  intent: { is: string; reason?: string };
  since: number;
}

interface Queue extends Named {
  waiting: number;
}

interface Call extends Named {
  state: string;
  hotline: string;
  from: string;
  agentId: string | null;
  arrivedAt: number;
  outcome: string | null;
}

export interface Ledger {
  hotline: string;
  [column: string]: unknown;
}

const STATES: Record<string, string> = {
  talking: '通话 talking',
  idle: '空闲 free',
  reserved: '振铃 ringing',
  calling: '呼出 calling',
  'wrap-up': '整理 wrap-up',
};

export class Board {
  private readonly agents = new Map<string, Agent>();
  private readonly queues = new Map<string, Queue>();
  private readonly calls = new Map<string, Call>();
  private timer: NodeJS.Timeout | null = null;

  /** `head` stands above all else: where to look and how to sign in. */
  constructor(
    private readonly head: readonly string[],
    private readonly out: NodeJS.WriteStream,
    private readonly ledger: () => readonly Ledger[],
  ) {}

  begin(): void {
    if (this.out.isTTY) this.timer = setInterval(() => this.draw(), 1000);
    else this.out.write(`${this.head.join('\n')}\n`);
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** A frame of a supervisor's push. */
  take({ type, data }: Frame): void {
    if (type === 'snapshot') {
      for (const one of data['agents'] as Agent[]) this.agents.set(one.id, one);
      for (const one of data['queues'] as Queue[]) this.queues.set(one.id, one);
      for (const one of data['calls'] as Call[]) this.calls.set(one.id, one);
    } else if (type === 'agent.updated') {
      const agent = data as unknown as Agent;
      this.agents.set(agent.id, agent);
    } else if (type === 'queue.updated') {
      const queue = data as unknown as Queue;
      this.queues.set(queue.id, queue);
    } else if (type === 'call.updated') this.takeCall(data as unknown as Call);
  }

  private takeCall(call: Call): void {
    const before = this.calls.get(call.id);
    if (call.outcome === null) this.calls.set(call.id, call);
    else this.calls.delete(call.id);
    if (!this.out.isTTY && (before?.state !== call.state || call.outcome !== null))
      this.out.write(`${clock(Date.now())} ${this.callLine(call)}\n`);
  }

  private draw(): void {
    const lines = [
      ...this.head,
      '',
      `${bold('队列 queues')}   ${[...this.queues.values()].map((one) => `${one.id}: ${one.waiting} 等待 waiting`).join('   ')}`,
      '',
      bold('坐席 agents'),
      ...[...this.agents.values()].map((agent) => this.agentLine(agent)),
      '',
      bold('通话 calls'),
      ...[...this.calls.values()]
        .sort(byState)
        .slice(0, 12)
        .map((call) => `  ${this.callLine(call)}`),
      '',
      bold('台账 ledger'),
      ...this.ledger().map(ledgerLine),
      '',
      'Ctrl-C 结束 ends it.',
    ];
    this.out.write(`\x1b[H\x1b[J${lines.join('\n')}\n`);
  }

  private agentLine({ name, id, activity, intent, since }: Agent): string {
    const isAway = activity === 'idle' && intent.is !== 'ready';
    const state = isAway ? `离席 ${intent.reason ?? intent.is}` : (STATES[activity] ?? activity);
    return `  ${name ?? id}  ${state.padEnd(22)} ${seconds(Date.now() - since)}`;
  }

  private callLine({ hotline, from, agentId, state, outcome, arrivedAt }: Call): string {
    const agent = agentId === null ? '' : ` - ${this.agents.get(agentId)?.name ?? agentId}`;
    const who = from === '' ? '匿名 withheld' : from;
    return `${hotline}  ${who}${agent}  ${outcome ?? state}  ${seconds(Date.now() - arrivedAt)}`;
  }
}

/** Who talks first, then who rings, then who waits. */
const byState = (a: Call, b: Call): number => rank(a) - rank(b) || a.arrivedAt - b.arrivedAt;
const rank = ({ state }: Call): number =>
  ['talking', 'held', 'consulting', 'calling', 'offered'].indexOf(state) >>> 0;

function ledgerLine({ hotline, from: _from, to: _to, ...columns }: Ledger): string {
  const shown = Object.entries(columns).filter(
    ([, value]) => typeof value === 'number' && value > 0,
  );
  return `  ${hotline}  ${shown.map(([name, value]) => `${name} ${String(value)}`).join('  ')}`;
}

const bold = (text: string): string => `\x1b[1m${text}\x1b[0m`;
const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1000))} s`;
const clock = (at: number): string => new Date(at).toTimeString().slice(0, 8);
