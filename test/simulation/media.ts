import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/control/client';
import type { EventLine } from '../../sip/control/protocol';
import type { LegCounts, Manifest } from '../../sip/media/recording-manifest';
import { SECRET, type MediaEdge } from '../support/media-edge';
import { loudness, readWav, toneShare } from '../support/tone';
import { waitFor } from '../support/wait';
import { FarEnd, linear } from './far-end';
import { seeded, type Random } from './random';

/**
 * One recorded talk of two far sides behind bad networks, with a supervisor who comes and goes, key presses,
 * re-offers, hold and pauses in an order drawn by the seed. What breaks a rule is told as a sentence.
 */
const [CALLER, AGENT, SUPERVISOR] = [600, 1000, 1400] as const;
const STEPS = 9;
/** Frames that the caller says between two steps: enough for each to be heard. */
const PACKETS_A_STEP = 14;
/** Of 20 ms frames; a frame in which two sources meet is in neither. */
const MOST_FOREIGN = 0.02;
const LOUD = 300;
/** Packets of 20 ms that 60 ms of jitter hold back at a time. */
const MOST_OVERTAKEN = 3;

export async function simulateTalk(edge: MediaEdge, seed: number): Promise<string[]> {
  const talk = await Talk.begin(edge, seed);
  try {
    for (let step = 0; step < STEPS; step++) await talk.step(step);
    return await talk.end();
  } finally {
    talk.close();
  }
}

class Talk {
  private version = 1;
  /** Of what somebody hears, each of which a packet that was overtaken may come too late for. */
  private changes = 0;
  private monitored = false;
  private barged = false;
  private paused = false;
  private pausedEver = false;
  private held = false;
  private stored: Extract<EventLine, { event: 'record.finished' }> | null = null;

  private constructor(
    private readonly edge: MediaEdge,
    private readonly control: ControlClient,
    private readonly random: Random,
    private readonly session: string,
    private readonly ends: Record<'caller' | 'agent' | 'supervisor', FarEnd>,
  ) {}

  static async begin(edge: MediaEdge, seed: number): Promise<Talk> {
    const random = seeded(seed);
    const log = pino({ level: 'silent' });
    const { port } = edge.server.address;
    const app = `app-${seed}`;
    const control = connectControl({ host: '127.0.0.1', port, secret: SECRET, app, log });
    await once(control, 'connected');
    const ends = {
      caller: await FarEnd.open(CALLER, random),
      agent: await FarEnd.open(AGENT, random),
      supervisor: await FarEnd.open(SUPERVISOR, random),
    };
    const talk = new Talk(edge, control, random, `talk-${seed}`, ends);
    await talk.start();
    return talk;
  }

  private async start(): Promise<void> {
    const { control, session } = this;
    control.on('event', (line: EventLine) => {
      if (line.event === 'record.finished') this.stored = line;
    });
    const answers = new Map<FarEnd, string>();
    for (const [endpoint, end] of Object.entries(this.ends)) {
      const offer = end.sdp();
      const { answer } = await control.command('endpoint.answer', { session, endpoint, offer });
      answers.set(end, answer);
    }
    await control.command('bridge', { session, a: 'caller', b: 'agent' });
    const order = { session, recording: session, path: `${session}.wav` };
    await control.command('record.start', { ...order, left: 'caller', right: 'agent' });
    for (const [end, answer] of answers) end.talkTo(answer);
  }

  async step(number: number): Promise<void> {
    const { caller } = this.ends;
    // The agent hears each step for a while.
    const enough = caller.sent + PACKETS_A_STEP;
    await waitFor(`step ${number}`, () => caller.sent >= enough);
    // On hold he hears nothing that could be judged.
    if (this.held) {
      await this.hold();
      return;
    }
    const acts = [
      () => this.monitor(),
      () => this.pause(),
      () => this.hold(),
      () => this.offerAgain(),
      () => caller.pressKey(),
      () => this.ends.agent.pressKey(),
      () => this.change(caller),
      () => this.change(this.ends.agent),
    ];
    await this.random.pick(acts)?.();
  }

  private change(end: FarEnd): void {
    end.changeStream();
    this.changes += 1;
  }

  /** Comes, changes what he does, or goes. */
  private async monitor(): Promise<void> {
    const { control, session } = this;
    const monitoring = { session, endpoint: 'supervisor' };
    const mode = this.random.pick(['listen', 'whisper', 'barge'] as const) ?? 'listen';
    this.barged ||= mode === 'barge';
    if (!this.monitored)
      await control.command('monitor.join', { ...monitoring, on: 'agent', mode });
    else if (this.random.chance(0.5)) {
      await control.command('monitor.change', { ...monitoring, mode });
      return;
    } else await control.command('monitor.leave', monitoring);
    this.monitored = !this.monitored;
    this.changes += 1;
  }

  private async pause(): Promise<void> {
    const { control, session } = this;
    const order = { session, recording: session };
    await control.command(this.paused ? 'record.resume' : 'record.pause', order);
    this.paused = !this.paused;
    this.pausedEver = true;
  }

  /** The caller speaks on and does not want to hear us, or does again. */
  private async hold(): Promise<void> {
    this.held = !this.held;
    await this.offerAgain();
  }

  private async offerAgain(): Promise<void> {
    const { control, session, ends } = this;
    this.version += 1;
    this.changes += 1;
    const offer = ends.caller.sdp(this.version, this.held ? 'sendonly' : 'sendrecv');
    await control.command('endpoint.answer', { session, endpoint: 'caller', offer });
  }

  async end(): Promise<string[]> {
    const { control, session, ends } = this;
    await Promise.all(Object.values(ends).map((end) => end.hush()));
    // The worker reads what left last before it has answered these, or the two counts would differ by it.
    const asBefore = { session, endpoint: 'caller', muted: false };
    for (let i = 0; i < 3; i++) await control.command('endpoint.mute', asBefore);
    await control.command('record.stop', { session, recording: session });
    const { file } = await waitFor('the recording', () => this.stored);
    if (file.result !== 'stored') return [`no recording: ${file.reason}`];
    const path = join(this.edge.recordingsDir, file.path);
    const manifest = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Manifest;
    const wav = readWav(readFileSync(path));
    await control.command('session.close', { session });
    const hears = { caller: [AGENT, this.barged ? SUPERVISOR : 0], agent: [CALLER, SUPERVISOR] };
    return [
      ...(file.reconciles ? [] : ['the manifest contradicts itself']),
      ...countFaults('left', ends.caller, manifest.left),
      ...countFaults('right', ends.agent, manifest.right as LegCounts),
      ...this.gapFaults(manifest),
      ...streamFaults('caller', ends.caller, ends.agent.dropped + MOST_OVERTAKEN * this.changes),
      ...streamFaults('agent', ends.agent, ends.caller.dropped + MOST_OVERTAKEN * this.changes),
      ...soundFaults('what the caller hears', sounds(ends.caller), hears.caller),
      ...soundFaults('what the agent hears', sounds(ends.agent), hears.agent),
      ...soundFaults('left', frames(wav.channels[0]), [CALLER]),
      ...soundFaults('right', frames(wav.channels[1]), [AGENT]),
    ];
  }

  /** Loss has gaps, a pause has one, and nothing else has any. */
  private gapFaults({ gaps }: Manifest): string[] {
    const known = ['loss', 'unheard', 'silence-suppressed', ...(this.pausedEver ? ['paused'] : [])];
    const odd = gaps.filter(({ cause }) => !known.includes(cause));
    const faults = odd.map(({ cause }) => `a gap by ${cause}`);
    if (this.pausedEver && !gaps.some(({ cause }) => cause === 'paused')) faults.push('no pause');
    for (const [side, end] of [
      ['left', this.ends.caller],
      ['right', this.ends.agent],
    ] as const) {
      const lost = gaps.filter((gap) => gap.side === side && gap.cause === 'loss');
      const samples = lost.reduce((sum, gap) => sum + gap.samples, 0);
      // Some may lie in a pause.
      const most = (end.dropped + lost.length * 0.25) * end.ptimeMs * 8 + 480;
      if (samples > most) {
        faults.push(`${side}: ${samples} samples of loss, ${end.dropped} packets`);
      }
    }
    return faults;
  }

  close(): void {
    for (const end of Object.values(this.ends)) end.close();
    this.control.close();
  }
}

function countFaults(side: string, end: FarEnd, counts: LegCounts): string[] {
  const { received, lost, duplicates, foreign, late } = counts;
  const is = [received, lost, duplicates, foreign, late].join();
  const should = [end.sent, end.dropped, 0, 0, 0].join();
  return is === should
    ? []
    : [`${side}: received, lost, doubled, foreign, late: ${is}, not ${should}`];
}

/** One SSRC, each sequence number once, no timestamp behind, no more missing than was lost on its way. */
function streamFaults(who: string, { heard }: FarEnd, lost: number): string[] {
  const faults: string[] = [];
  const ssrcs = new Set(heard.map(({ ssrc }) => ssrc)).size;
  if (ssrcs !== 1) faults.push(`${who} hears ${ssrcs} streams`);
  const first = heard[0]?.sequence ?? 0;
  const order = heard
    .map((frame) => ({ ...frame, at: ((frame.sequence - first) << 16) >> 16 }))
    .sort((a, b) => a.at - b.at);
  let missing = 0;
  for (const [i, frame] of order.entries()) {
    const before = order[i - 1];
    if (before === undefined) continue;
    if (frame.at === before.at) faults.push(`${who}: sequence ${frame.sequence} comes twice`);
    missing += frame.at - before.at - 1;
    if (((frame.timestamp - before.timestamp) | 0) < 0) {
      faults.push(`${who}: the timestamp steps back at ${frame.sequence}`);
    }
  }
  if (missing > lost) faults.push(`${who} misses ${missing} packets, of which ${lost} were lost`);
  return faults;
}

/** Frames of 20 ms of what it heard. */
function sounds({ heard }: FarEnd): Int16Array[] {
  return heard
    .filter(({ payloadType }) => payloadType === 8)
    .flatMap(({ payload }) => frames(linear(payload)));
}

function frames(samples: Int16Array | undefined): Int16Array[] {
  if (samples === undefined) return [];
  const count = Math.floor(samples.length / 160);
  return Array.from({ length: count }, (_, i) => samples.subarray(i * 160, (i + 1) * 160));
}

/** Loud enough, of the tones that belong there, the first of them in most; and of no other. */
function soundFaults(what: string, all: Int16Array[], tones: number[]): string[] {
  const loud = all.filter((frame) => loudness(frame) > LOUD);
  if (loud.length < 20) return [`${what}: only ${loud.length} frames`];
  const strangers = [CALLER, AGENT, SUPERVISOR].filter((hz) => !tones.includes(hz));
  const share = (hz: number, above: number): number =>
    loud.filter((frame) => toneShare(frame, hz) > above).length / loud.length;
  const faults = strangers
    .filter((hz) => share(hz, 0.1) > MOST_FOREIGN)
    .map((hz) => `${what}: ${hz} Hz in ${Math.round(100 * share(hz, 0.1))} % of it`);
  const own = share(tones[0] as number, 0.3);
  if (own < 0.7) faults.push(`${what}: ${tones[0]} Hz in ${Math.round(100 * own)} % of it only`);
  return faults;
}
