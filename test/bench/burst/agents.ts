import { openDesk, type Desk, type Frame } from '../../../demo/desk';
import type { Chance } from '../../../demo/talk';
import { Telephones, type Address, type Line } from '../../../demo/telephone';
import { waitFor } from '../../support/wait';
import { elapsed } from '../elapsed';

/** Agents who pick up, refuse or let it ring, talk for a second or two, and hang up. */
export class BurstAgents {
  refused = 0;
  missed = 0;
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
      const desk = new DeskAtWork();
      await desk.open(http, person);
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
    await elapsed(chance.between(800, 2500));
    line.hangUp();
  }
}

/** A desktop that fills in each form as soon as it is owed. */
class DeskAtWork {
  isHere = false;
  private desk: Desk | null = null;
  private reopen: (() => Promise<void>) | null = null;

  async open(http: string, person: { user: string; password: string }): Promise<void> {
    this.reopen = async () => {
      const onFrame = (frame: Frame): void => void this.told(frame, person.user);
      this.desk = await openDesk({ http, ...person, onFrame });
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
    await waitFor('every form to be filled in', async () => {
      const list = (await this.desk?.get('/api/calls?unclassified=true')) as {
        items: { id: string }[];
      };
      for (const { id } of list.items) await this.fill(id);
      return list.items.length === 0;
    });
  }

  private async told({ type, data }: Frame, user: string): Promise<void> {
    if (!this.isHere || type !== 'agent.updated' || data['id'] !== user) return;
    for (const id of (data['openForms'] as string[] | undefined) ?? []) await this.fill(id);
    if (data['activity'] === 'wrap-up') await this.desk?.post('/api/agents/me/wrap-up');
    else if (data['activity'] === 'idle') await this.desk?.post('/api/agents/me/ready');
  }

  private async fill(callId: string): Promise<void> {
    const form = { kind: 'pre-sale', level: 'B', source: 'web', disposition: 'answered' };
    await this.desk?.post(`/api/calls/${callId}/form`, form);
  }
}
