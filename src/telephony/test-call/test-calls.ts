/**
 * Calls a hotline as a caller would: a real INVITE to the edge's listener, real sound both ways, BYE. What comes of it
 * is the fact `hotline.tested`. Our own INVITE is known by a word that nobody else has: it is made for one call, goes
 * nowhere but to this machine, and is worth nothing afterwards.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { IS_PROMPT, likeness, quietFor, sounding, type Loudness } from '../../domain/hotline/heard';
import type { TestFault, TestResult } from '../../domain/hotline/test-result';
import type { Submit } from '../../engine/ports';
import { dialledUser } from '../dialled-user';
import type { SipRequest } from '../drachtio';
import { Ear } from './ear';
import { SipCaller } from './sip-caller';
import { loudnessOf } from './sound';

const HEADER = 'X-Openline-Test';
/** A caller may ring for 20 s until a stream is free, and is then told so. */
const ANSWER_MS = 30_000;
/** A greeting is a few seconds long. */
const GREETING_MS = 15_000;
const KEY_MS = 200;
const BEEP_MS = 4000;
const LOOK_MS = 100;
const PAUSE_FRAMES = 10;
const BEEP_FRAMES = 3;

export interface TestCallsContext {
  submit: Submit;
  now: () => number;
  log: Logger;
  /** Where prompts are: the store's own first. */
  promptsDirs: readonly string[];
}

/** What is wrong, as soon as it is known. */
class Failed extends Error {
  constructor(
    readonly fault: TestFault,
    detail = '',
  ) {
    super(detail);
  }
}

export class TestCalls {
  /** Words of calls that have not come yet, and the hotline that each calls. */
  private readonly expected = new Map<string, string>();
  private place: string | null = null;

  constructor(private readonly context: TestCallsContext) {}

  /** Where the edge listens, as it tells when we connect: `udp/192.0.2.1:5060,tcp/…`. */
  listensAt(places: string): void {
    const udp = places.split(',').find((place) => /^udp\/(?!\[)/.test(place));
    this.place = udp?.slice('udp/'.length).replace(/^0\.0\.0\.0(?=:|$)/, '127.0.0.1') ?? null;
  }

  /** The hotline, when it is an INVITE of ours; once. */
  take(req: Pick<SipRequest, 'has' | 'get' | 'uri'>): string | null {
    const word = req.has(HEADER) ? req.get(HEADER) : '';
    const hotline = this.expected.get(word);
    if (hotline === undefined || dialledUser(req.uri) !== hotline) return null;
    this.expected.delete(word);
    return hotline;
  }

  async test(hotline: string, language: string): Promise<void> {
    const { submit, now, log } = this.context;
    const result = await this.run(hotline, language);
    const level = result.fault === null ? 'info' : 'warn';
    log[level]({ hotline, ...result }, 'a hotline was tested');
    submit({ type: 'hotline.tested', at: now(), hotline, result });
  }

  private async run(hotline: string, language: string): Promise<TestResult> {
    const { place, context } = this;
    const nothing = { answeredMs: null, mos: null };
    if (place === null) return { fault: 'unplaced', detail: 'no UDP listener', ...nothing };
    const greeting = { language, prompt: 'greeting' };
    const prompts = await loudnessOf(context.promptsDirs, greeting);
    const [ear, caller] = await Promise.all([Ear.open(), SipCaller.open(place)]);
    let answeredMs: number | null = null;
    try {
      const startedAt = performance.now();
      const answer = await this.call(hotline, ear, caller);
      answeredMs = Math.round(performance.now() - startedAt);
      await listen(ear, answer, { prompts, isOver: () => caller.isOver });
      return { fault: null, detail: '', answeredMs, mos: ear.mos() };
    } catch (error) {
      const fault = error instanceof Failed ? error.fault : 'unplaced';
      return { fault, detail: (error as Error).message, answeredMs, mos: ear.mos() };
    } finally {
      if (answeredMs !== null) await caller.bye();
      caller.close();
      ear.close();
    }
  }

  /** Resolves with the description in the 200. Rejects with `Failed`. */
  private async call(hotline: string, ear: Ear, caller: SipCaller): Promise<string> {
    const word = randomBytes(16).toString('hex');
    this.expected.set(word, hotline);
    const headers = [`${HEADER}: ${word}`];
    const asked = { headers, body: ear.sdp, patienceMs: ANSWER_MS };
    const answer = await caller.invite(hotline, asked);
    this.expected.delete(word);
    if (answer === null) throw new Failed('unanswered');
    if (answer.status !== 200) throw new Failed('refused', String(answer.status));
    return answer.body;
  }
}

/** The greeting, then a key of ours, and the tone that says it was heard. Throws `Failed`. */
async function listen(
  ear: Ear,
  answer: string,
  { prompts, isOver }: { prompts: readonly Loudness[]; isOver: () => boolean },
): Promise<void> {
  const until = (met: () => boolean, ms: number) => waits(() => isOver() || met(), ms);
  if (!ear.talkTo(answer)) throw new Failed('silence', 'no stream in the answer');
  const alike = () => Math.max(0, ...prompts.map((prompt) => likeness(ear.heard, prompt)));
  await until(() => alike() >= IS_PROMPT, GREETING_MS);
  if (alike() < IS_PROMPT) {
    if (sounding(ear.heard) < BEEP_FRAMES) throw new Failed('silence');
    throw new Failed('wrong-sound', `like the greeting: ${alike().toFixed(2)}`);
  }
  await until(() => quietFor(ear.heard) >= PAUSE_FRAMES, BEEP_MS);
  const before = ear.heard.length;
  ear.press('5', KEY_MS);
  const beeps = () => sounding(ear.heard.slice(before)) >= BEEP_FRAMES;
  await until(beeps, BEEP_MS);
  if (!beeps()) throw new Failed('unheard');
}

/** Looks again and again, at most for that long: sound comes all the time. */
async function waits(met: () => boolean, ms: number): Promise<void> {
  const limit = performance.now() + ms;
  while (!met() && performance.now() < limit)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
