/**
 * The customers: they call at random, most of them wait, some lose patience, some press 1 to be called back, a few
 * withhold their number. Who is called back picks up.
 */
import { HOTLINES } from './dealership';
import type { Chance } from './talk';
import { pause, soundOf, TALKS, type Talk } from './talk';
import { Telephones, type Address, type Line } from './telephone';

/** Between pick-up and the first word of theirs, the notice that the call is recorded is heard. */
const NOTICE_MS = 2500;

/** A customer on the phone. */
export interface Customer {
  number: string;
  talk: Talk;
  line: Line;
}

export interface Counts {
  calls: number;
  /** Final answers other than 200, but to who gave up. */
  refused: number;
  waitingCalledBack: number;
}

export class Callers {
  readonly counts: Counts = { calls: 0, refused: 0, waitingCalledBack: 0 };
  private readonly onPhone = new Map<string, Customer>();
  private made = 0;
  private isOpen = true;

  private constructor(
    private readonly telephones: Telephones,
    private readonly chance: Chance,
  ) {}

  static async open(host: string, chance: Chance): Promise<Callers> {
    let callers: Callers | null = null;
    const telephones = await Telephones.open(host, (line) => void callers?.calledBack(line));
    callers = new Callers(telephones, chance);
    return callers;
  }

  get address(): Address {
    return this.telephones.address;
  }

  get open(): number {
    return this.onPhone.size;
  }

  /** Who is on the phone with that number, which the product tells in its international form. */
  find(number: string): Customer | undefined {
    return this.onPhone.get(number.replace(/^\+86/, ''));
  }

  /** Calls at random, so many a minute, until `close` or until `most` have called. */
  async keepCalling(server: Address, perMinute: number, most: number): Promise<void> {
    const calls: Promise<void>[] = [];
    while (this.isOpen && this.made < most) {
      calls.push(this.callOnce(server));
      if (this.made < most) await pause(this.chance.untilNext(perMinute));
    }
    await Promise.all(calls);
  }

  /** Nobody calls any more, and who is on the phone hangs up. */
  leave(): void {
    this.isOpen = false;
    for (const { line } of this.onPhone.values()) line.hangUp();
  }

  close(): void {
    this.telephones.close();
  }

  private readonly patience = new WeakMap<Line, NodeJS.Timeout>();
  private readonly served = new WeakSet<Line>();

  private async callOnce(server: Address): Promise<void> {
    const { chance } = this;
    const { number: hotline } = chance.of(HOTLINES);
    this.made += 1;
    const number = chance.happens(1 / 15) ? 'anonymous' : this.nextNumber();
    const patienceMs = chance.happens(0.15)
      ? chance.between(6000, 15_000)
      : chance.between(60_000, 180_000);
    this.counts.calls += 1;
    const line = await this.telephones.call(server, hotline, number);
    // Several may withhold their number at once; nobody is found by it.
    const key = number === 'anonymous' ? line.dialog.callId : number;
    this.onPhone.set(key, { number, talk: chance.of(TALKS), line });
    const tired = setTimeout(() => line.hangUp(), patienceMs);
    void this.asksToBeCalledBack(line);
    this.patience.set(line, tired);
    await line.ended;
    clearTimeout(tired);
    if (line.status >= 300 && line.status !== 487) this.counts.refused += 1;
    this.onPhone.delete(key);
  }

  /** An agent has him on the phone: he waits no more, and says his part of it. */
  isServed({ line }: Customer): void {
    const tired = this.patience.get(line);
    if (tired) clearTimeout(tired);
    this.served.add(line);
  }

  /** One in five of those who wait takes the offer to be called back, once he has heard it. */
  private async asksToBeCalledBack(line: Line): Promise<void> {
    if (!this.chance.happens(0.2) || !(await line.answered)) return;
    await pause(this.chance.between(18_000, 28_000));
    if (this.served.has(line) || line.state !== 'talking') return;
    this.counts.waitingCalledBack += 1;
    line.voice.press('1');
    await pause(6000);
    if (!this.served.has(line) && line.state === 'talking') line.voice.press('1');
  }

  /** The store calls: he picks up after a ring or two. */
  private async calledBack(line: Line): Promise<void> {
    const number = line.called.replace(/^\+86/, '');
    const customer = { number, talk: this.chance.of(TALKS), line };
    this.onPhone.set(number, customer);
    await pause(this.chance.between(2000, 6000));
    line.pickUp();
    await line.ended;
    if (this.onPhone.get(number)?.line === line) this.onPhone.delete(number);
  }

  private nextNumber(): string {
    return `138${String(Math.floor(this.chance.between(0, 1e8))).padStart(8, '0')}`;
  }
}

/** Both say their lines in turn; who hears nobody any more stops. Resolves when nothing is left to say. */
export async function talkThrough(agent: Line, customer: Customer): Promise<void> {
  await pause(NOTICE_MS);
  for (const line of customer.talk.lines) {
    const speaker = line.who === 'agent' ? agent : customer.line;
    if (agent.state !== 'talking' || customer.line.state !== 'talking') return;
    await speaker.voice.say(soundOf(line));
    await pause(400);
  }
}
