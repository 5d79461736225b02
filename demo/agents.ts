/**
 * The telemarketers: at work from the start, with a desktop and a telephone each. They pick up after a ring or two
 * (now and then not at all), talk, write down what it was about, and are ready again.
 */
import { PASSWORD, TELEMARKETERS, type Person } from './dealership';
import { openDesk, type Desk, type Frame } from './desk';
import { talkThrough, type Callers, type Customer } from './callers';
import { pause, type Chance } from './talk';
import { Telephones, type Address, type Line } from './telephone';

export class Agents {
  private readonly desks = new Map<string, AgentAtWork>();

  private constructor(private readonly telephones: Telephones) {}

  static async open(host: string, callers: Callers, chance: Chance): Promise<Agents> {
    let agents: Agents | null = null;
    const telephones = await Telephones.open(host, (line) => agents?.rings(line));
    agents = new Agents(telephones);
    for (const person of TELEMARKETERS)
      agents.desks.set(person.id, new AgentAtWork(person, callers, chance));
    return agents;
  }

  get address(): Address {
    return this.telephones.address;
  }

  /** Everybody signs in and is ready. */
  async begin(http: string): Promise<void> {
    await Promise.all([...this.desks.values()].map((agent) => agent.begin(http)));
  }

  /** Everybody goes home. */
  leave(): void {
    for (const agent of this.desks.values()) agent.close();
  }

  close(): void {
    this.telephones.close();
  }

  private rings(line: Line): void {
    const agent = this.desks.get(line.called);
    if (agent) void agent.rings(line);
    else line.hangUp();
  }
}

class AgentAtWork {
  private desk: Desk | null = null;
  private lastTalk: { callId: string; customer: Customer | undefined } | null = null;

  constructor(
    private readonly person: Person,
    private readonly callers: Callers,
    private readonly chance: Chance,
  ) {}

  async begin(http: string): Promise<void> {
    const { id: user } = this.person;
    const onFrame = (frame: Frame): void => void this.told(frame);
    this.desk = await openDesk({ http, user, password: PASSWORD, onFrame });
    await this.desk.post('/api/agents/me/ready');
  }

  close(): void {
    this.desk?.close();
  }

  async rings(line: Line): Promise<void> {
    const { chance, callers } = this;
    // He was away from his desk.
    if (chance.happens(0.04)) return;
    await pause(chance.between(1500, 6000));
    line.pickUp();
    if (!(await line.answered)) return;
    const customer = callers.find(line.number);
    if (customer) {
      callers.isServed(customer);
      if (this.lastTalk) this.lastTalk.customer = customer;
      await talkThrough(line, customer);
    } else await pause(chance.between(8000, 15_000));
    line.hangUp();
  }

  private async told({ type, data }: Frame): Promise<void> {
    if (type === 'offer.created')
      this.lastTalk = { callId: String(data['callId']), customer: undefined };
    if (type !== 'agent.updated' || data['id'] !== this.person.id) return;
    if (data['activity'] === 'wrap-up') await this.wrapUp();
    else if (data['activity'] === 'idle' && isNotReady(data['intent'])) await this.back();
  }

  /** What it was about, as the form asks; then the next one. */
  private async wrapUp(): Promise<void> {
    await pause(this.chance.between(2000, 7000));
    await this.fillIn();
    await this.desk?.post('/api/agents/me/wrap-up');
  }

  /** A call was missed: he is back after a while. */
  private async back(): Promise<void> {
    await pause(this.chance.between(8000, 15_000));
    await this.fillIn();
    await this.desk?.post('/api/agents/me/ready');
  }

  private async fillIn(): Promise<void> {
    const { lastTalk, chance } = this;
    if (lastTalk === null) return;
    const kind = lastTalk.customer?.talk.kind ?? chance.of(['pre-sale', 'after-sale'] as const);
    const source = chance.of(['web', 'friends', 'publicity', 'market-activity'] as const);
    const sale = { level: chance.of(['H', 'A', 'B', 'C']), source };
    const form = { kind, ...(kind === 'pre-sale' ? sale : {}), disposition: 'answered' };
    await this.desk?.post(`/api/calls/${lastTalk.callId}/form`, form);
  }
}

const isNotReady = (intent: unknown): boolean =>
  typeof intent === 'object' && intent !== null && 'is' in intent && intent.is === 'not-ready';
