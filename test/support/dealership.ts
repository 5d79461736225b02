import type { Client } from 'pg';
import type { SipMessage } from '../../sip/message/sip-message';
import { Phone } from '../sip/support/phone';
import { emptyPlan, withoutNotice, withStaticAgents, type TestPlan } from './plan';
import { startProduct, type Product } from './product';
import { TonePhone } from './tone-phone';
import { waitFor } from './wait';

/** A phone with a voice. */
export interface Party {
  sip: Phone;
  ear: TonePhone;
}

/**
 * The started product with two telemarketers whose phones the test holds in its hand, a hotline for them
 * (400) and one that nobody works for (401).
 */
export class Dealership {
  private readonly parties: Party[] = [];

  private constructor(
    readonly product: Product,
    readonly agents: readonly [Party, Party],
    /** As it was applied first. */
    readonly plan: TestPlan,
    readonly db: Client,
  ) {}

  /** `adapt` makes of the plan what the test needs. */
  static async open(
    env: Record<string, string> = {},
    adapt: (plan: TestPlan) => TestPlan = (plan) => plan,
  ): Promise<Dealership> {
    const product = await startProduct({ env });
    // Agents' phones are no trunk: they have addresses of their own.
    const agents = [await party(600, '127.0.0.5'), await party(700, '127.0.0.6')] as const;
    const plan = adapt(planOf(agents));
    await product.apply(plan);
    return new Dealership(product, agents, plan, await product.db());
  }

  get port(): number {
    return this.product.sip().port;
  }

  /** Who calls from the trunk, speaking that tone. */
  async caller(tone: number): Promise<Party> {
    const made = await party(tone, '127.0.0.1');
    this.parties.push(made);
    return made;
  }

  /** The caller's INVITE. `branch` is given where it is to be cancelled. */
  calls({ sip, ear }: Party, number: string, { hotline = '400', branch = '' } = {}): void {
    sip.ask(this.port, {
      method: 'INVITE',
      uri: `sip:${hotline}@127.0.0.1:${this.port}`,
      headers: [`P-Asserted-Identity: <sip:${number}@carrier>`],
      body: ear.sdp(),
      ...(branch === '' ? {} : { branch }),
    });
  }

  /** Our 200 to the caller, who then speaks. Resolves with our To-tag. */
  async isAnswered({ sip, ear }: Party): Promise<string> {
    const ok = await sip.got.next('200', ({ status }) => status === 200, { deadlineMs: 30_000 });
    sip.ask(this.port, { method: 'ACK', toTag: ok.toTag as string });
    ear.talkTo(ok.body);
    return ok.toTag as string;
  }

  /** He calls, and hangs up while a phone rings for him. */
  async givesUp(number: string, hotline: string): Promise<void> {
    const { sip, ear } = await this.caller(1000);
    const branch = `z9hG4bK-gives-up-${number}`;
    const uri = `sip:${hotline}@127.0.0.1:${this.port}`;
    const since = this.heardSoFar();
    this.calls({ sip, ear }, number, { hotline, branch });
    const { agent, invite } = await this.rung(since);
    const letGo = isLetGo(agent, invite);
    await sip.response(180);
    sip.ask(this.port, { method: 'CANCEL', branch, uri });
    const { toTag = '' } = await sip.response(487, 'INVITE');
    sip.ask(this.port, { method: 'ACK', branch, uri, toTag });
    await letGo;
  }

  /** How many messages each agent's phone has had. */
  heardSoFar(): number[] {
    return this.agents.map(({ sip }) => sip.got.length);
  }

  /** The agent whose phone rings next. */
  rung(since: number[]): Promise<{ agent: Party; invite: SipMessage }> {
    return waitFor(
      'a phone to ring',
      () => {
        for (const [i, agent] of this.agents.entries()) {
          const { all } = agent.sip.got;
          // One that was not answered before is sent again for half a minute: it is no new call.
          const before = new Set(all.slice(0, since[i]).map(({ callId }) => callId));
          const invite = all
            .slice(since[i])
            .find(({ method, callId }) => method === 'INVITE' && !before.has(callId));
          if (invite !== undefined) return { agent, invite };
        }
        return undefined;
      },
      20_000,
    );
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const { rows } = await this.db.query<Record<string, unknown>>(sql);
    return rows;
  }

  /** Nothing stands open in the records: every call, leg and place in a queue has its end. */
  async allIsClosed(): Promise<void> {
    await waitFor('everything to be closed', async () => {
      const open = await this.rows(`select id from call where state <> 'closed'
        union all select id from leg where ended_at is null
        union all select id from queue_entry where ended_at is null`);
      return open.length === 0;
    });
  }

  async close(): Promise<void> {
    for (const { sip, ear } of [...this.parties, ...this.agents]) {
      sip.close();
      ear.close();
    }
    await this.product.stop();
  }
}

/** The phone rings until it is told that nobody wants it any more (RFC 3261 §9). */
export async function isLetGo({ sip }: Party, invite: SipMessage): Promise<void> {
  sip.answer(invite, 180);
  const cancel = await sip.got.next(
    'CANCEL',
    ({ method, callId }) => method === 'CANCEL' && callId === invite.callId,
  );
  sip.answer(cancel, 200);
  sip.answer(invite, 487);
}

export function picksUp({ sip, ear }: Party, invite: SipMessage): void {
  sip.answer(invite, 200, { body: ear.sdp() });
  ear.talkTo(invite.body);
}

export async function party(tone: number, host: string): Promise<Party> {
  return { sip: await Phone.udp(host), ear: await TonePhone.open({ tone }) };
}

function planOf(agents: readonly Party[], gateway?: Party): TestPlan {
  let plan = emptyPlan();
  for (const [i, { sip }] of agents.entries()) {
    plan = withStaticAgents(plan, 1, { host: `127.0.0.${5 + i}`, port: sip.port });
    const [person, phone] = [plan.people.pop(), plan.phones.pop()];
    if (person === undefined || phone === undefined) throw new Error('no agent was added');
    plan.people.push({ ...person, id: `agent${i}` });
    plan.phones.push({ ...phone, id: `90${i}`, person: `agent${i}` });
  }
  const [queue] = plan.queues;
  if (queue === undefined) throw new Error('the plan has no queue');
  plan.queues.push({ ...queue, id: 'nobody' });
  plan.hotlines.push({ number: '401', store: 'bj01', queue: 'nobody', notice: 'none' });
  const [trunk] = plan.trunks;
  if (gateway && trunk) trunk.to = [`sip:127.0.0.1:${gateway.sip.port}`];
  return withoutNotice(plan);
}
