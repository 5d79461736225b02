/**
 * The world outside the engine, without network or disk: phones that do what the test says, media
 * that plays until it is told to have finished, a journal that is durable at once or on demand.
 */
import type { LegNote } from '../../../src/domain/effects';
import type { EndCause } from '../../../src/domain/end-cause';
import type {
  CallArrived,
  Lookup,
  RecordingFile,
  RecordingFinished,
} from '../../../src/domain/events';
import type { AgentId } from '../../../src/domain/ids';
import type { Spoken } from '../../../src/domain/spoken';
import type { Notice } from '../../../src/domain/notices';
import type { Instant } from '../../../src/domain/time';
import type {
  CallerLookup,
  DialCommand,
  Media,
  Pins,
  PlayCommand,
  Push,
  RecordCommand,
  Submit,
  Telephony,
} from '../../../src/engine/ports';

interface FakeLeg {
  state: 'arriving' | 'ringing' | 'answered' | 'dialled';
  dial?: DialCommand;
  /** Of a caller's leg: his INVITE, which comes to the next app again while it is not answered. */
  arrival?: CallArrived;
  answers: boolean;
  /** Of one that rings: he hears what we send. */
  sound?: true;
}

/** The agent whose phone was dialled by this leg. */
export function agentDialled(leg: { dial?: DialCommand } | undefined): AgentId | undefined {
  const to = leg?.dial?.to;
  return to?.kind === 'phone' ? to.agentId : undefined;
}

/** The outside number that was dialled by this leg. */
export function numberDialled(leg: { dial?: DialCommand } | undefined): string | undefined {
  const to = leg?.dial?.to;
  return to?.kind === 'number' ? to.number : undefined;
}

/** Legs answer and end as soon as they are told to, unless the test holds them. */
export class FakeTelephony implements Telephony {
  readonly legs = new Map<string, FakeLeg>();
  readonly ends = new Map<string, EndCause>();
  readonly notes = new Map<string, LegNote>();
  /** Legs whose far sides listen no more. */
  readonly holding = new Set<string>();
  readonly rings: string[] = [];
  readonly dials: DialCommand[] = [];
  /** Hold back the `leg.answered` of callers' legs. */
  holdAnswers = false;
  /** Hold back the `leg.ended` that follows a hang-up. */
  holdEnds = false;

  constructor(
    private readonly submit: Submit,
    private readonly now: () => Instant,
  ) {}

  arrives(legId: string, arrival?: CallArrived): void {
    this.legs.set(legId, { state: 'arriving', answers: false, ...(arrival && { arrival }) });
  }

  /** 183 may follow 180. */
  ring(legId: string, sound = false): void {
    const leg = this.legs.get(legId);
    if (leg?.state !== 'arriving' && !(sound && leg?.state === 'ringing'))
      throw new Error(`180 on a leg that is ${leg?.state ?? 'gone'}`);
    leg.state = 'ringing';
    this.rings.push(legId);
    if (!sound) return;
    leg.sound = true;
    this.submit({ type: 'leg.ringing', at: this.now(), legId, sound: true });
  }

  answer(legId: string): void {
    const leg = this.legs.get(legId);
    if (!leg) return;
    if (leg.state === 'answered' || leg.answers) throw new Error('200 was sent twice');
    leg.answers = true;
    if (!this.holdAnswers) this.answered(legId);
  }

  /** The far side has our 200 (caller) or picked up (agent). */
  answered(legId: string): void {
    const leg = this.legs.get(legId);
    if (!leg) return;
    leg.state = 'answered';
    this.submit({ type: 'leg.answered', at: this.now(), legId });
  }

  refuse(legId: string, cause: EndCause): void {
    this.end(legId, cause);
  }

  /** Hotlines that were to be tested, in order. */
  readonly tests: string[] = [];
  test(hotline: string): void {
    this.tests.push(hotline);
  }

  dial(command: DialCommand): void {
    this.dials.push(command);
    const { legId, to } = command;
    this.legs.set(legId, { state: 'dialled', dial: command, answers: false });
    if (to.kind !== 'phone' || !to.nailed || this.holdNailed) return;
    if (this.nailed.get(to.agentId)?.stands) this.answered(legId);
    else this.end(legId, 'unreachable');
  }

  /** Agents' own legs. A leg over one is answered at once, without anybody's doing. */
  readonly nailed = new Map<AgentId, { phoneId: string; stands: boolean }>();
  /** Whose phones were dialled for one, in order. */
  readonly nails: AgentId[] = [];
  /** Hold back the answer of legs over them. */
  holdNailed = false;

  nail(agentId: AgentId, phoneId: string): void {
    if (this.nailed.get(agentId)?.stands) return;
    this.nails.push(agentId);
    this.nailed.set(agentId, { phoneId, stands: false });
  }

  unnail(agentId: AgentId): void {
    this.nailed.delete(agentId);
  }

  /** The phone picks up what is to be the agent's own leg. */
  nailedUp(agentId: AgentId): void {
    const leg = this.nailed.get(agentId);
    if (!leg) throw new Error(`the phone of ${agentId} is not dialled`);
    leg.stands = true;
    const { phoneId } = leg;
    this.submit({ type: 'nailed.answered', at: this.now(), agentId, phoneId });
  }

  /** The agent's own leg is over, or was not answered, and with it what he talks over it. */
  nailedEnds(agentId: AgentId, cause: EndCause = 'hangup'): void {
    const { stands = false } = this.nailed.get(agentId) ?? {};
    this.nailed.delete(agentId);
    for (const [legId, { dial }] of [...this.legs])
      if (dial?.to.kind === 'phone' && dial.to.nailed && dial.to.agentId === agentId)
        this.end(legId, cause);
    this.submit({ type: 'nailed.ended', at: this.now(), agentId, cause, stood: stands });
  }

  /** Legs that were hung up and whose end is held back. */
  readonly toldToEnd = new Set<string>();
  /** All that were ever hung up by us: of those nobody tells another app. */
  readonly hungUp = new Set<string>();

  hangup(legId: string, cause: EndCause): void {
    this.hungUp.add(legId);
    if (!this.holdEnds) this.end(legId, cause);
    else if (this.legs.has(legId)) this.toldToEnd.add(legId);
  }

  /** The leg is over, for the cause given. */
  end(legId: string, cause: EndCause): void {
    this.toldToEnd.delete(legId);
    if (!this.legs.delete(legId)) return;
    this.ends.set(legId, cause);
    this.submit({ type: 'leg.ended', at: this.now(), legId, cause });
  }

  /** The far side puts us on hold, or takes us back. */
  holds(legId: string, type: 'leg.held' | 'leg.resumed'): void {
    if (type === 'leg.held') this.holding.add(legId);
    else this.holding.delete(legId);
    this.submit({ type, at: this.now(), legId });
  }

  /** Pairs that a carrier might take over. */
  readonly released: [string, string][] = [];

  release(legId: string, other: string): void {
    this.released.push([legId, other]);
  }

  move(legId: string, to: string): void {
    const leg = this.legs.get(legId);
    if (leg?.dial) leg.dial = { ...leg.dial, callId: to };
  }

  note(legId: string, note: LegNote): void {
    if (this.legs.has(legId)) this.notes.set(legId, note);
  }
}

type Play = Omit<PlayCommand, 'type' | 'prompts'> & { prompts: string[] };

/** `greeting`, `position 3`, `minutesRange 2-5`. */
const nameOf = (one: Spoken): string =>
  typeof one === 'string'
    ? one
    : Object.entries(one)
        .map(([part, value]: [string, unknown]) => `${part} ${[value].flat().join('-')}`)
        .join();

/** What each leg hears: a play, music, silence, or another leg. */
export class FakeMedia implements Media {
  readonly plays = new Map<string, Play>();
  readonly played: Play[] = [];
  readonly musicOn = new Set<string>();
  /** Legs that nobody hears. */
  readonly muted = new Set<string>();
  /** Legs on hold whose side is not recorded. */
  readonly unrecorded = new Set<string>();
  /** Keys that were sent to legs. */
  readonly pressed: [legId: string, keys: string][] = [];
  /** Recordings that are paused. */
  readonly paused = new Set<string>();
  readonly bridges = new Map<string, string>();
  /** Three who hear each other; the first two are bridged as well. */
  conference: string[] = [];
  readonly recordings = new Map<string, RecordCommand>();
  readonly recorded: RecordCommand[] = [];
  private readonly begun = new Map<string, Instant>();
  /** Every file that was finished, as it was told. */
  readonly files: RecordingFinished[] = [];
  /** Told to stop; their files may still be held back. */
  readonly stopped = new Set<string>();
  readonly closed: string[] = [];
  /** Hold back the `recording.finished` that follows a stop. */
  holdFiles = false;

  constructor(
    private readonly submit: Submit,
    private readonly now: () => Instant,
  ) {}

  play({ legId, prompts, ...order }: PlayCommand): void {
    this.cut(legId);
    const play = { ...order, legId, prompts: prompts.map(nameOf) };
    this.plays.set(legId, play);
    this.played.push(play);
  }

  /** The prompts of the leg's play are over. */
  finish(legId: string): void {
    if (!this.plays.has(legId)) throw new Error('nothing is being played');
    this.end(legId, 'finished');
  }

  private end(legId: string, reason: 'finished' | 'key'): void {
    const play = this.plays.get(legId);
    if (!play) return;
    this.plays.delete(legId);
    if (play.then === 'music') this.musicOn.add(legId);
    this.tellEnd(play, reason);
  }

  /** What was ordered last cannot be played. */
  fails(legId: string): void {
    this.cut(legId);
  }

  /** The leg's far side presses a key: it ends a play that it interrupts as it goes down, and is told when it is up. */
  key(callId: string, legId: string, key: string): void {
    if (this.plays.get(legId)?.interrupt?.includes(key)) this.end(legId, 'key');
    this.submit({ type: 'key.pressed', at: this.now(), callId, legId, key });
  }

  music(_callId: string, legId: string): void {
    this.cut(legId);
    this.musicOn.add(legId);
  }

  hold(callId: string, legId: string, recorded: boolean): void {
    this.music(callId, legId);
    if (!recorded) this.unrecorded.add(legId);
  }

  mute(_callId: string, legId: string, muted: boolean): void {
    if (muted) this.muted.add(legId);
    else this.muted.delete(legId);
  }

  bridge(_callId: string, a: string, b: string): void {
    for (const leg of [a, b]) this.cut(leg);
    this.bridges.set(a, b);
    this.bridges.set(b, a);
  }

  /** A third party hears both, and both hear it; its partner is the one whom it joined. */
  join(_callId: string, legId: string, on: string): void {
    const partner = this.bridges.get(on);
    if (partner === undefined) throw new Error(`${legId} joins ${on}, who talks with nobody`);
    this.cut(legId);
    this.conference = [on, partner, legId];
  }

  press(_callId: string, legId: string, keys: string): void {
    this.pressed.push([legId, keys]);
  }

  move(_callId: string, legId: string): void {
    this.cut(legId);
  }

  /** Legs of which keys are wanted. */
  readonly listened: string[] = [];

  keys(_callId: string, legId: string): void {
    this.listened.push(legId);
  }

  unbridge(_callId: string, a: string, b: string): void {
    this.bridges.delete(a);
    this.bridges.delete(b);
  }

  startRecording(command: RecordCommand): void {
    this.recordings.set(command.recordingId, command);
    this.recorded.push(command);
    this.begun.set(command.recordingId, this.now());
  }

  pauseRecording(_callId: string, recordingId: string): void {
    this.paused.add(recordingId);
  }

  resumeRecording(_callId: string, recordingId: string): void {
    this.paused.delete(recordingId);
  }

  stopRecording(callId: string, recordingId: string): void {
    this.stopped.add(recordingId);
    if (!this.holdFiles) this.file(callId, recordingId);
  }

  /** The recording's file is finished. */
  file(callId: string, recordingId: string, file?: RecordingFile): void {
    const command = this.recordings.get(recordingId);
    this.recordings.delete(recordingId);
    const stored: RecordingFile = {
      result: 'stored',
      path: command?.path ?? 'unknown.wav',
      startedAt: this.begun.get(recordingId) ?? this.now(),
      durationMs: 1000,
      bytes: 32_044,
      sha256: 'e3b0',
    };
    const told = { type: 'recording.finished', at: this.now(), callId, recordingId } as const;
    const event: RecordingFinished = { ...told, file: file ?? stored };
    this.files.push(event);
    this.submit(event);
  }

  close(callId: string): void {
    this.closed.push(callId);
  }

  /** Another source takes the place of whatever was heard, a partner as well. */
  private cut(legId: string): void {
    const partner = this.bridges.get(legId);
    if (partner !== undefined) this.bridges.delete(partner);
    this.bridges.delete(legId);
    this.leaveConference(legId);
    this.musicOn.delete(legId);
    this.unrecorded.delete(legId);
    const play = this.plays.get(legId);
    this.plays.delete(legId);
    if (play) this.tellEnd(play, 'cut');
  }

  /** The two who are left talk on. */
  leaveConference(legId: string): void {
    if (!this.conference.includes(legId)) return;
    const [a, b] = this.conference.filter((one) => one !== legId) as [string, string];
    this.conference = [];
    this.bridges.delete(legId);
    this.bridges.set(a, b);
    this.bridges.set(b, a);
  }

  private tellEnd({ callId, legId, playId }: Play, reason: 'finished' | 'cut' | 'key'): void {
    this.submit({ type: 'play.ended', at: this.now(), callId, legId, playId, reason });
  }
}

export class FakePush implements Push {
  readonly notices: Notice[] = [];

  publish(notice: Notice): void {
    this.notices.push(notice);
  }

  of<K extends Notice['kind']>(kind: K): Extract<Notice, { kind: K }>[] {
    return this.notices.filter(
      (notice): notice is Extract<Notice, { kind: K }> => notice.kind === kind,
    );
  }
}

/** Of whom a PIN is known; `null`: the database is away. */
export class FakePins implements Pins {
  known: Record<string, string> | null = {};

  verify(agentId: string, pin: string): Promise<boolean> {
    if (this.known === null) return Promise.reject(new Error('away'));
    return Promise.resolve(this.known[agentId] === pin);
  }
}

/** Answers when the test says so. */
export class FakeLookup implements CallerLookup {
  readonly asked: string[] = [];
  private answers: ((lookup: Lookup) => void)[] = [];

  find(_storeId: string, number: string): Promise<Lookup> {
    this.asked.push(number);
    return new Promise((resolve) => this.answers.push(resolve));
  }

  /** Answers what was asked so far; the engine has heard it when this resolves. */
  async answer(lookup: Lookup): Promise<void> {
    for (const answer of this.answers.splice(0)) answer(lookup);
    await new Promise(setImmediate);
  }
}
