import type { SipMessage } from '../../../sip/message/sip-message';
import type { Random } from '../../simulation/random';
import { waitFor } from '../../support/wait';
import { Phone, SDP } from '../support/phone';

/**
 * Callers who come one after the other, each with a phone of his own, and a phone of ours: what they do and
 * when follows from the random source. Nobody waits longer than the SIP timers would.
 */
export interface Crowd {
  phonePort: number;
  /** Somebody who calls, is answered and talks on; resolves with his ACK. */
  talk(): Promise<Talk>;
  /** So many callers at a time, again and again; resolves when all of them are done after `stop`. */
  callUntilStopped(callers: number): Promise<void>;
  stop(): void;
  /** Legs that are nobody's business but the test's. */
  keep(legId: string): void;
  stays(legId: string): boolean;
  whenClosed(then: () => void): void;
  close(): void;
}

export interface Talk {
  /** Puts us on hold, and has our 200. */
  holds(): Promise<void>;
  /** Has our BYE, and answers it. */
  isHungUp(): Promise<void>;
}

const RINGS_MS = 200;
const TALKS_MS = 300;

export async function startCrowd(port: number, random: Random): Promise<Crowd> {
  const phone = await Phone.udp();
  const kept = new Set<string>();
  const closing: (() => void)[] = [];
  const state = { stopped: false, closed: false };
  void servePhone(phone, port, random, state);
  const calls = async (): Promise<void> => {
    while (!state.stopped) await callOnce(port, random);
  };
  return {
    phonePort: phone.port,
    talk: async () => {
      const caller = await Phone.udp();
      closing.push(() => caller.close());
      await takesCalls(caller, port);
      return talkOf(caller, port);
    },
    callUntilStopped: async (callers) => {
      await Promise.all(Array.from({ length: callers }, calls));
    },
    stop: () => (state.stopped = true),
    keep: (legId) => kept.add(legId),
    stays: (legId) => kept.has(legId),
    whenClosed: (then) => closing.push(then),
    close: () => {
      state.closed = true;
      for (const end of closing) end();
      phone.close();
    },
  };
}

/** It answers OPTIONS once it is registered for all. */
function takesCalls(caller: Phone, port: number): Promise<unknown> {
  let asked = 0;
  return waitFor('the app to take calls', () => {
    caller.ask(port, { method: 'OPTIONS', callId: `${caller.tag}-ready-${asked++}` });
    return caller.count(({ status, cseqMethod }) => status === 200 && cseqMethod === 'OPTIONS') > 0;
  });
}

async function talkOf(caller: Phone, port: number): Promise<Talk> {
  caller.ask(port, { method: 'INVITE', body: SDP });
  const { toTag } = await caller.response(200, 'INVITE');
  const tagged = toTag === undefined ? {} : { toTag };
  caller.ask(port, { method: 'ACK', ...tagged });
  return {
    holds: async () => {
      const body = SDP.replace('a=sendrecv', 'a=sendonly');
      // The app may not have taken him over yet: he is to try again (500, Retry-After).
      let status = 500;
      for (let cseq = 2; status === 500; cseq++) {
        const from = caller.got.length;
        caller.ask(port, { method: 'INVITE', ...tagged, cseq, body });
        ({ status } = await caller.got.next('an answer', isFinal, { from }));
        caller.ask(port, { method: 'ACK', ...tagged, cseq });
      }
      if (status !== 200) throw new Error(`hold answered ${status}`);
    },
    isHungUp: async () => caller.answer(await caller.request('BYE'), 200),
  };
}

/** Calls, gives up or is answered, and hangs up unless he is hung up. */
async function callOnce(port: number, random: Random): Promise<void> {
  const caller = await Phone.udp();
  try {
    const branch = `z9hG4bK${caller.tag}`;
    caller.ask(port, { method: 'INVITE', body: SDP, branch });
    const patienceMs = random.chance(0.25) ? random.below(RINGS_MS) : 25_000;
    const final = caller.got.next('a final answer', isFinal, { deadlineMs: patienceMs });
    const answer = await final.catch(() => {
      // RFC 3261 §9.1: not before the first answer, which came long ago.
      caller.ask(port, { method: 'CANCEL', branch });
      return caller.got.next('a final answer', isFinal, { deadlineMs: 25_000 });
    });
    const { toTag = '' } = answer;
    caller.ask(port, { method: 'ACK', toTag, ...(answer.status === 200 ? {} : { branch }) });
    if (answer.status !== 200) return;
    const deadlineMs = random.below(TALKS_MS);
    const isBye = ({ method }: SipMessage): boolean => method === 'BYE';
    const hungUp = await caller.got.next('BYE', isBye, { deadlineMs }).catch(() => null);
    if (hungUp) return caller.answer(hungUp, 200);
    caller.ask(port, { method: 'BYE', toTag, cseq: 2 });
    await caller.got.next('an answer to BYE', (m) => m.cseqMethod === 'BYE' && m.status >= 200);
    // Two BYEs that cross end it as well.
    const crossed = caller.got.all.find(({ method }) => method === 'BYE');
    if (crossed) caller.answer(crossed, 200);
  } finally {
    caller.close();
  }
}

const isFinal = ({ status, cseqMethod }: SipMessage): boolean =>
  cseqMethod === 'INVITE' && status >= 200;

/** Our phone: rings, refuses or picks up, and hangs up some of its talks. */
async function servePhone(
  phone: Phone,
  port: number,
  random: Random,
  state: { closed: boolean },
): Promise<void> {
  const rung = new Set<string>();
  const over = new Set<string>();
  for (let at = 0; !state.closed;) {
    const message = await phone.got
      .next('anything', () => true, { from: at, deadlineMs: 1000 })
      .catch(() => null);
    if (message === null || state.closed) continue;
    at += 1;
    const { method, callId } = message;
    if (method === 'OPTIONS') phone.answer(message, 200);
    if (method === 'BYE') {
      over.add(callId);
      phone.answer(message, 200);
    }
    if (method === 'CANCEL') {
      const invite = phone.got.all.find((one) => one.method === 'INVITE' && one.callId === callId);
      phone.answer(message, 200);
      if (invite && !over.has(callId)) phone.answer(invite, 487);
      over.add(callId);
    }
    if (method === 'ACK' && !over.has(callId) && random.chance(0.4)) {
      setTimeout(() => {
        if (state.closed || over.has(callId)) return;
        over.add(callId);
        phone.bye(port, message);
      }, random.below(TALKS_MS));
    }
    if (method !== 'INVITE') continue;
    phone.answer(message, 180);
    if (rung.has(callId)) continue;
    rung.add(callId);
    setTimeout(() => {
      if (state.closed || over.has(callId)) return;
      if (random.chance(0.2)) {
        over.add(callId);
        phone.answer(message, 486);
      } else phone.answer(message, 200, { body: SDP });
    }, random.below(RINGS_MS));
  }
}
