/**
 * Many recorded calls of a ToneCrowd over an edge's control connection, and whether the manifest of each
 * says, to the packet, what its two far sides sent and left out.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlClient } from '../../sip/control/client';
import { ControlFailure } from '../../sip/control/failure';
import type { EventLine } from '../../sip/control/protocol';
import type { Manifest } from '../../sip/media/recording-manifest';
import { RecordedLeg } from './crowd-recording';
import { readWav, toneShare } from './tone';
import type { CrowdReport, CrowdTalk, ToneCrowd } from './tone-crowd';
import { waitFor } from './wait';

type Finished = Extract<EventLine, { event: 'record.finished' }>;

/** So long the edge may be behind its clock. */
const ROOM_MS = 60_000;
/** Calls that are being set up at a time. */
const AT_A_TIME = 10;
/** An edge that is killed takes this much along at most: 2 s. */
const MOST_UNWRITTEN = 16_000;

/** Four hertz apart: a second of sound tells them from each other. */
export const callerHz = (n: number): number => 500 + 4 * n;
export const agentHz = (n: number): number => 1700 + 4 * n;

export const sessionOf = (n: number): string => `call-${n}`;
const pathOf = (n: number): string => `${sessionOf(n)}.wav`;
const SIDES = ['left', 'right'] as const;

export class CrowdCalls {
  private readonly finished = new Map<string, Finished>();
  readonly lost = new Set<string>();

  /** Two legs of the crowd for each call. */
  constructor(
    private readonly crowd: ToneCrowd,
    readonly count: number,
  ) {}

  /** Hears the events of this connection, and acknowledges them. */
  hear(control: ControlClient): void {
    control.on('event', (line: EventLine) => {
      if (line.event === 'record.finished') this.finished.set(line.recording, line);
      if (line.event === 'session.lost') this.lost.add(line.session);
      control.ack(line.seq);
    });
  }

  /** Answers both legs of each, records and bridges them, and lets them speak, some calls at a time. */
  async begin(control: ControlClient): Promise<void> {
    for (let first = 0; first < this.count; first += AT_A_TIME) {
      const some = Array.from({ length: AT_A_TIME }, (_, i) => first + i);
      const talks = await Promise.all(some.map((n) => this.connect(control, n)));
      await this.crowd.talk(talks.flat());
    }
  }

  private async connect(control: ControlClient, n: number): Promise<CrowdTalk[]> {
    const session = sessionOf(n);
    const answered = async (endpoint: string, leg: number): Promise<number> => {
      const offer = offerOf(this.crowd.legs[leg]?.port ?? 0);
      // A busy machine is behind at times, and then takes no new call.
      const { answer } = await waitFor(
        'room for a call',
        () => control.command('endpoint.answer', { session, endpoint, offer }).catch(nullIfFull),
        ROOM_MS,
      );
      return Number(/^m=audio (\d+)/m.exec(answer)?.[1]);
    };
    const [caller, agent] = [await answered('caller', 2 * n), await answered('agent', 2 * n + 1)];
    await control.command('session.note', { session, note: `note ${n}` });
    const order = { session, recording: session, path: pathOf(n) };
    await control.command('record.start', { ...order, left: 'caller', right: 'agent' });
    await control.command('bridge', { session, a: 'caller', b: 'agent' });
    return [
      { leg: 2 * n, port: caller, hz: callerHz(n), hears: agentHz(n) },
      { leg: 2 * n + 1, port: agent, hz: agentHz(n), hears: callerHz(n) },
    ];
  }

  async end(control: ControlClient): Promise<void> {
    for (let n = 0; n < this.count; n++) {
      if (this.lost.has(sessionOf(n))) continue;
      await control.command('session.close', { session: sessionOf(n) });
    }
  }

  /** Resolves when each recording was told. */
  async allFinished(): Promise<void> {
    await waitFor('all recordings', () => this.finished.size === this.count, 30_000);
  }

  /** Throws unless the recording of call `n` is whole, or short by its end only where `killed`. */
  expectRecording(folder: string, n: number, legs: CrowdReport[], killed: boolean): void {
    const { file } = this.finished.get(sessionOf(n)) as Finished;
    if (file.result !== 'stored') throw new Error(`${sessionOf(n)}: ${file.reason}`);
    const bytes = readFileSync(join(folder, file.path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(file).toMatchObject({ reconciles: true, bytes: bytes.length, sha256 });
    const manifest = manifestAt(folder, file.path);
    expect(manifest.state).toBe(killed ? 'edge-killed' : 'finished');
    // 58 bytes of header, two channels.
    expect(manifest.samples).toBe((bytes.length - 58) / 2);
    for (const [i, side] of SIDES.entries()) {
      const hz = i === 0 ? callerHz(n) : agentHz(n);
      const leg = new RecordedLeg(manifest, side, legs[2 * n + i] as CrowdReport);
      const faults = leg.faults(bytes, hz);
      if (faults.length > 0) throw new Error(`${sessionOf(n)}, ${side}: ${faults.join('; ')}`);
    }
    expectEnd(manifest);
  }

  /** No channel holds the other's tone. */
  expectTones(folder: string, n: number): void {
    const { channels } = readWav(readFileSync(join(folder, pathOf(n))));
    for (const [i, other] of [agentHz(n), callerHz(n)].entries()) {
      const channel = channels[i] as Int16Array;
      expect(toneShare(channel, other)).toBeLessThan(0.05);
    }
  }
}

function nullIfFull(error: unknown): null {
  if (error instanceof ControlFailure && error.code === 'capacity') return null;
  throw error;
}

function manifestAt(folder: string, path: string): Manifest {
  return JSON.parse(readFileSync(join(folder, `${path}.json`), 'utf8')) as Manifest;
}

/** Nothing but recordings and their manifests. */
export function expectNothingUnfinished(folder: string, count: number): void {
  const names = Array.from({ length: count }, (_, n) => [pathOf(n), `${pathOf(n)}.json`]).flat();
  expect(readdirSync(folder).sort()).toEqual(names.sort());
}

/** What the process took along is one gap of at most 2 s at the end; without a fall there is none. */
function expectEnd({ gaps, samples, state }: Manifest): void {
  const taken = gaps.filter(({ cause }) => cause === 'edge-killed');
  expect(taken).toHaveLength(state === 'edge-killed' ? 1 : 0);
  for (const gap of taken) {
    expect(gap).toMatchObject({ side: 'both', from: samples });
    expect(gap.samples).toBeLessThanOrEqual(MOST_UNWRITTEN);
  }
}

function offerOf(port: number): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  return [...lines, `m=audio ${port} RTP/AVP 8`, ''].join('\r\n');
}
