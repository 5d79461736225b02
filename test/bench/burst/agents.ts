import { openDesk, type Desk, type Frame } from '../../../demo/desk';
import type { Chance } from '../../../demo/talk';
import { Telephones, type Address, type Line } from '../../../demo/telephone';
import { waitFor } from '../../support/wait';
import { elapsed } from '../elapsed';
import type { AgentSaw, DeskSaw } from './witnesses';

/** After the last talk. */
const FORMS_WITHIN_MS = 60_000;

/** Agents who pick up, refuse or let it ring, talk for a second or two, and hang up. */
export class BurstAgents {
  refused = 0;
  missed = 0;
  readonly saw: AgentSaw[] = [];
  private readonly desks: DeskAtWork[] = [];

  private constructor(
    private readonly telephones: Telephones,
    private readonly chance: Chance,
  ) {}

  static async open(host: string, chance: Chance): Promise<BurstAgents> {
    let agents: BurstAgents | null = null;
    const telephones = await Telephones.open(host, (line) => void agents?.rings(line));
    agents = new BurstAgents(telephones, chance);
    return agents;
  }

  get address(): Address {
    return this.telephones.address;
  }

  async sitDown(
    http: string,
    people: readonly { user: string; password: string }[],
  ): Promise<void> {
    for (const person of people) {
      const desk = new DeskAtWork(person.user);
      await desk.open(http, person.password);
      this.desks.push(desk);
    }
  }

  /** So many are closed without a word; how many there were. */
  desktopsVanish(count: number): number {
    const going = this.desks.filter(({ isHere }) => isHere).slice(0, count);
    for (const desk of going) desk.vanish();
    return going.length;
  }

  /** Also those of whom vanished meanwhile: they are back at the end of the day. */
  async allFormsFilled(): Promise<void> {
    for (const desk of this.desks) await desk.fillAll();
  }

  /** What was filled in, agent by agent. */
  get filled(): DeskSaw[] {
    return this.desks.flatMap(({ filled }) => filled);
  }

  close(): void {
    for (const desk of this.desks) desk.vanish();
    this.telephones.close();
  }

  private async rings(line: Line): Promise<void> {
    const { chance } = this;
    if (chance.happens(0.05)) {
      this.missed += 1;
      return;
    }
    await elapsed(chance.between(100, 800));
    if (line.state !== 'ringing') return;
    if (chance.happens(0.08)) {
      this.refused += 1;
      return line.hangUp();
    }
    line.pickUp();
    if (!(await line.answered)) return;
    const number = numberOf(line.number);
    const saw = { number, agent: line.called.replace(/^a/, 't'), toTheEnd: false };
    this.saw.push(saw);
    await elapsed(chance.between(800, 2500));
    saw.toTheEnd = hangsUp(line);
  }
}

/** False when the far side has hung up before. */
function hangsUp(line: Line): boolean {
  const isTalking = line.state === 'talking';
  line.hangUp();
  return isTalking;
}

/** As callers dial it: the last eleven digits, however it is shown. */
export const numberOf = (shown: string): string => shown.replace(/\D/g, '').slice(-11);

/** A desktop that fills in each form as soon as it is owed, one after the other, and each with words of its own. */
class DeskAtWork {
  isHere = false;
  readonly filled: DeskSaw[] = [];
  private desk: Desk | null = null;
  private reopen: (() => Promise<void>) | null = null;
  private atForms: Promise<void> = Promise.resolve();

  constructor(private readonly user: string) {}

  async open(http: string, password: string): Promise<void> {
    const { user } = this;
    this.reopen = async () => {
      const onFrame = (frame: Frame): void => void this.told(frame);
      this.desk = await openDesk({ http, user, password, onFrame });
      this.isHere = true;
    };
    await this.reopen();
    await this.desk?.post('/api/agents/me/ready');
  }

  vanish(): void {
    this.isHere = false;
    this.desk?.close();
  }

  async fillAll(): Promise<void> {
    if (!this.isHere) await this.reopen?.();
    const allFilled = async (): Promise<boolean> => {
      const list = (await this.desk?.get('/api/calls?unclassified=true')) as {
        items: { id: string }[];
      };
      for (const { id } of list.items) await this.fill(id);
      return list.items.length === 0;
    };
    await waitFor('every form to be filled in', allFilled, FORMS_WITHIN_MS);
  }

  private async told({ type, data }: Frame): Promise<void> {
    if (!this.isHere || type !== 'agent.updated' || data['id'] !== this.user) return;
    for (const id of (data['openForms'] as string[] | undefined) ?? []) await this.fill(id);
    if (data['activity'] === 'wrap-up') await this.desk?.post('/api/agents/me/wrap-up');
    else if (data['activity'] === 'idle') await this.desk?.post('/api/agents/me/ready');
  }

  private fill(callId: string): Promise<void> {
    this.atForms = this.atForms.then(async () => {
      if (this.filled.some((form) => form.callId === callId)) return;
      const note = `${this.user} ${this.filled.length + 1}`;
      const said = { kind: 'pre-sale', level: 'B', source: 'web', disposition: 'answered', note };
      if (await this.desk?.post(`/api/calls/${callId}/form`, said))
        this.filled.push({ callId, agent: this.user, note });
    });
    return this.atForms;
  }
}
