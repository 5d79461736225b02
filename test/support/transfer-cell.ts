/**
 * One cell of the table of transfers: a store of its own with a caller, his agent, and whom the caller is sent to
 * or the agent asks. What each word of a row means stands in `WORDS`.
 */
import { Phone } from '../sip/support/phone';
import { Handset, HandsetCaller, type Place } from './handset';
import { PASSWORD } from './plan';
import type { Product } from './product';
import { signIn } from './push-client';
import { waitFor } from './wait';

/** Who may hang up first. */
export type Leaver = 'caller' | 'agent' | 'target' | 'nobody';

/** Who gets the caller: of another queue of the store, of another store, outside, or of the caller's own queue. */
export type TargetKind = 'colleague' | 'other store' | 'number' | 'same queue';

const ASK_DEADLINE_MS = 10_000;
const ASK_AGAIN_MS = 100;

export class TransferCell {
  private callId = '';
  private readonly cookies = new Map<string, string>();

  private constructor(
    private readonly product: Product,
    readonly index: number,
    readonly kind: TargetKind,
    readonly caller: HandsetCaller,
    readonly agent: Handset,
    readonly target: Handset,
    /** Another line of the agent's phone, by which he calls. */
    readonly second: HandsetCaller,
    /** Whose ports stand in the plan; the caller's beside them. */
    readonly phones: { caller: Phone; agent: Phone; target: Phone },
  ) {}

  /** `gateway`: where outside numbers are. */
  static async open(
    product: Product,
    index: number,
    kind: TargetKind,
    { gateway, sdp }: { gateway: Phone; sdp: string },
  ): Promise<TransferCell> {
    const place: Place = { port: () => product.sip().port, sdp, host: OUTSIDE_HOST };
    const desk: Place = { ...place, host: AGENTS_HOST };
    const number = outsideNumber(index);
    const isOutside = kind === 'number';
    const phones = {
      caller: await Phone.udp(),
      agent: await Phone.udp(AGENTS_HOST),
      target: isOutside ? gateway : await Phone.udp(AGENTS_HOST),
    };
    return new TransferCell(
      ...[product, index, kind],
      new HandsetCaller(phones.caller, place, callerNumber(index).slice(3)),
      new Handset(phones.agent, desk),
      new Handset(
        phones.target,
        isOutside ? place : desk,
        ({ uri }) => !isOutside || uri.includes(number),
      ),
      new HandsetCaller(phones.agent, desk, ''),
      phones,
    );
  }

  get hotline(): string {
    return hotlineOf(this.index);
  }

  async signsIn(): Promise<void> {
    for (const user of [`a${this.index}`, ...(this.kind === 'number' ? [] : [`b${this.index}`])])
      this.cookies.set(
        user[0] as string,
        await signIn({ http: this.product.http, user, password: PASSWORD }),
      );
  }

  /** One word after the other. */
  async does(words: string): Promise<void> {
    for (const word of words.split(', ')) {
      const act = WORDS[word];
      if (!act) throw new Error(`nobody knows how to "${word}"`);
      await act(this).catch((error: Error) => {
        throw new Error(`${word}: ${error.message}`);
      });
    }
  }

  leaves(who: Leaver): void {
    if (who !== 'nobody') this[who].leaves();
    if (who === 'agent') this.second.leaves();
  }

  /** Parties who were not told that it is over. */
  get open(): string[] {
    const { caller, agent, target, second } = this;
    return Object.entries({ caller, agent, target, second }).flatMap(([who, { open }]) =>
      open.map((state) => `${who}'s phone: ${state}`),
    );
  }

  reset(): void {
    this.agent.reset();
    this.target.reset();
    this.second.reset();
  }

  close(): void {
    for (const one of [this.caller, this.agent, this.target, this.second]) one.close();
    const { caller, agent, target } = this.phones;
    for (const phone of [caller, agent, ...(this.kind === 'number' ? [] : [target])]) phone.close();
  }

  // What the words are made of.

  async talks(): Promise<void> {
    this.caller.dials(this.hotline);
    await this.isTaken();
    await this.caller.isAnswered();
  }

  /** The agent's phone rings, and is picked up; it says which call that is. */
  async isTaken(): Promise<void> {
    this.callId = (await this.agent.rings()).get('x-call-id') ?? '';
    await this.agent.answers();
  }

  async isRung(): Promise<void> {
    this.caller.dials(this.hotline);
    this.callId = (await this.agent.rings()).get('x-call-id') ?? '';
    await this.caller.isRinging();
  }

  /** The agent (`a`) or the colleague (`b`) asks for something, until it is accepted. */
  async asks(who: 'a' | 'b', path: string, body?: object): Promise<string> {
    const { product, cookies } = this;
    const url = `${product.http}/api/${path.replace('CALL', this.callId)}`;
    const headers = {
      ...{ cookie: cookies.get(who) ?? '', origin: product.http },
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    let answer = 'nothing';
    let next = 0;
    const accepted = await waitFor(
      path,
      async () => {
        if (performance.now() < next) return undefined;
        next = performance.now() + ASK_AGAIN_MS;
        const response = await fetch(url, {
          ...{ method: 'POST', headers, ...(body ? { body: JSON.stringify(body) } : {}) },
        }).catch((error: Error) => error);
        answer =
          response instanceof Error
            ? response.message
            : `${response.status} ${await response.text()}`;
        return answer.startsWith('200') ? answer : undefined;
      },
      ASK_DEADLINE_MS,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${answer}`);
    });
    return accepted.slice(4);
  }

  async sends(to: object): Promise<void> {
    await this.asks('a', 'calls/CALL/transfer', { to });
    await this.target.rings();
  }

  async consults(whom: object): Promise<void> {
    await this.asks('a', 'calls/CALL/consult', whom);
    await this.target.rings();
  }

  async parks(): Promise<void> {
    const { slot } = JSON.parse(await this.asks('a', 'calls/CALL/park')) as { slot: string };
    this.slot = slot;
  }

  async retrieves(): Promise<void> {
    await this.asks('b', `parked/${this.slot}/retrieve`);
    await this.target.rings();
  }

  private slot = '';

  async picksUp(): Promise<void> {
    await this.asks('b', 'calls/CALL/pick-up');
    await this.target.rings();
  }
}

type Word = (cell: TransferCell) => Promise<unknown>;

/** What the rows of the table are made of. */
const WORDS: Record<string, Word> = {
  talk: (cell) => cell.talks(),
  ring: (cell) => cell.isRung(),
  'ring all': async (cell) => {
    await cell.isRung();
    await cell.target.rings();
  },
  'send to person': (cell) => cell.sends({ agent: `b${cell.index}` }),
  'send to phone': (cell) => cell.sends({ phone: `pb${cell.index}` }),
  'send to post': (cell) => cell.sends({ post: 'telemarketer' }),
  'send to queue': (cell) => cell.sends({ queue: `r${cell.index}` }),
  'send to store': (cell) => cell.sends({ queue: `o${cell.index}` }),
  'send to number': (cell) => cell.sends({ number: outsideNumber(cell.index) }),
  'ask person': (cell) => cell.consults({ agent: `b${cell.index}` }),
  'ask phone': (cell) => cell.consults({ phone: `pb${cell.index}` }),
  'ask number': (cell) => cell.consults({ number: outsideNumber(cell.index) }),
  complete: (cell) => cell.asks('a', 'calls/CALL/consult/complete'),
  swap: (cell) => cell.asks('a', 'calls/CALL/consult/swap'),
  'make three': (cell) => cell.asks('a', 'calls/CALL/consult/conference'),
  park: (cell) => cell.parks(),
  retrieve: (cell) => cell.retrieves(),
  'pick up': (cell) => cell.picksUp(),
  refer: async (cell) => {
    await cell.agent.refers(`b${cell.index}`);
    await cell.target.rings();
  },
  'dial colleague': async (cell) => {
    cell.second.dials(`b${cell.index}`);
    await cell.target.rings();
  },
  join: async (cell) => {
    await cell.second.isAnswered();
    await cell.agent.refers(`b${cell.index}`, cell.second.dialog);
  },
  'target answers': (cell) => cell.target.answers(),
};

/** Phones of agents are no trunk: they have an address of their own. */
export const AGENTS_HOST = '127.0.0.5';
const OUTSIDE_HOST = '127.0.0.1';
const pad = (index: number): string => String(index).padStart(4, '0');
export const hotlineOf = (index: number): string => `40${pad(index)}`;
export const callerNumber = (index: number): string => `+86138${pad(index)}0000`;
export const outsideNumber = (index: number): string => `1390000${pad(index)}`;
