import type { DialogNote } from '../../control/ports';
import { TrunkSources } from '../../guard/trunk-sources';
import type { Announcements, Listener } from '../../media/announcements';
import { LONGEST_RING_MS, PlaceLine } from '../../media/place-line';
import { parseMessage } from '../../message/sip-message';
import { isWebSocket, type Flow } from '../../transport/flow';
import { RETRY_AFTER } from '../absence-policy';
import type { Answers } from '../answers';
import { App } from '../app';
import type { Context } from '../context';
import type { Endings } from '../endings';
import type { HeldDialog } from '../held-dialog';
import type { IncomingRequest } from '../incoming-request';
import { hotlineIn } from './called-number';
import { hasNumber } from './caller';
import type { HotlineFile } from './hotline-file';
import { LatelyLeft } from './lately-left';
import { openStream, streamLeft } from './open-stream';
import { ServedCallers, type Target } from './served-callers';
import type { ServedFile } from './served-file';

/** What a caller hears whom nobody can take: that he is called back, or, without a number, when to try. */
const PROMISED = ['no-agents', 'promise-taken'];
const NO_NUMBER = ['no-agents', 'no-number'];

/**
 * Steps 5 and 6 of the ladder: callers of a hotline whose app is away are answered, told that they will
 * be called back, and let go; their numbers are on disk before that is spoken, and told to the app when
 * it is there again. While all streams are in use it rings for them. Who cannot be served even so gets 503, so
 * that the carrier takes its next route; he is called back all the same.
 */
export class AnswerAlone {
  /** Owns the dialogs of those calls; no connection ever bears it. */
  private readonly edge = new App(undefined);
  private readonly trunks = new Map<App, TrunkSources>();
  private readonly lately = new LatelyLeft();
  private readonly served: ServedCallers;
  private readonly places = new PlaceLine();
  private closed = false;

  constructor(
    private readonly context: Context,
    private readonly parts: {
      answers: Answers;
      endings: Endings;
      /** Undefined in an edge without media. */
      announcements: Announcements | undefined;
      hotlines: HotlineFile;
      served: ServedFile;
      /** The usual time unless a test is in a hurry. */
      longestRingMs?: number | undefined;
    },
  ) {
    this.served = new ServedCallers(context, parts.served);
  }

  /** True when callers of this app would be answered even without it. */
  canServe(app: App): boolean {
    return this.parts.announcements !== undefined && app.hotlines.hotlines.length > 0;
  }

  /** While he waits for the app the caller hears that it rings. */
  ring(incoming: IncomingRequest, app: App): void {
    if (this.targetOf(incoming, app) !== undefined) incoming.ring();
  }

  /** The wait for the app is over: answers, or refuses as little as can be. */
  serve(incoming: IncomingRequest, app: App): void {
    const target = this.targetOf(incoming, app);
    const { announcements } = this.parts;
    if (target === undefined) return this.refuse(incoming);
    if (announcements === undefined) return void this.turnAway(incoming, app);
    this.answer(incoming, app, target, announcements).catch((error: unknown) => {
      this.context.log.error({ err: error }, 'a caller could not be served');
      return this.turnAway(incoming, app);
    });
  }

  /** He gave up while he waited for the app, which must count him all the same. */
  gaveUp(incoming: IncomingRequest, app: App, endedAt = this.context.now()): void {
    const target = this.targetOf(incoming, app);
    if (target === undefined) return;
    const left = { answeredAt: null, result: 'left' } as const;
    const { served } = this.served.begin(incoming, app, target, left);
    this.served.over(served, app, endedAt);
  }

  /**
   * A final answer other than 200. One whom we would have taken (503) is on disk before it is sent, and is called back;
   * whom his offer keeps out (488) is counted.
   */
  async turnAway(incoming: IncomingRequest, app: App, status: 488 | 503 = 503): Promise<void> {
    const target = this.targetOf(incoming, app);
    if (target === undefined) return this.refuse(incoming, status);
    const result = status === 503 ? 'over-capacity' : 'no-media';
    const { served, onDisk } = this.served.begin(incoming, app, target, {
      ...{ answeredAt: null, result },
    });
    await onDisk;
    if (this.closed) return;
    // His CANCEL may have come while we wrote.
    if (incoming.transaction.answered) served.caller.result = 'left';
    else this.refuse(incoming, status);
    this.served.over(served, app);
  }

  /** He gave up, and his CANCEL was handed to an app that may fall before it has read it. */
  gaveUpBefore(incoming: IncomingRequest, app: App): void {
    if (app.name === undefined || this.targetOf(incoming, app) === undefined) return;
    this.lately.add(app, { incoming, leftAt: this.context.now() });
  }

  /** The app noted an INVITE that has its final answer. */
  noted(app: App, name: string, note: DialogNote): void {
    this.lately.noted(app, name, note);
  }

  /** The app is gone: who left shortly before is told to the next one, which may know him already. */
  appGone(app: App): void {
    for (const { incoming, leftAt } of this.lately.take(app)) this.gaveUp(incoming, app, leftAt);
  }

  close(): void {
    this.closed = true;
    this.lately.close();
  }

  /**
   * An answered caller whose app stayed away: the same announcement in the media that the app left, then
   * our BYE. False when there is no way to tell him.
   */
  farewell(held: HeldDialog, app: App): boolean {
    const { announcements } = this.parts;
    const { session, endpoint } = held;
    const invite = parseMessage(held.inviteText, true);
    if (announcements === undefined || invite === undefined || app.name === undefined) return false;
    const { address, port } = held.remote;
    const trunkId = this.trunks.get(app)?.trunkAt(address, port);
    const hotline = hotlineIn(app.hotlines, invite, trunkId);
    if (hotline === undefined) return false;
    if (session === undefined || endpoint === undefined || held.dialog.role !== 'uas') return false;
    if (held.farewell) return true;
    held.farewell = true;
    const prompts = hasNumber(invite) ? PROMISED : NO_NUMBER;
    announcements
      .play({ owner: app.name, session, endpoint }, { prompts, language: hotline.language })
      .then(
        () => this.farewellOver(held, true),
        (err: unknown) => {
          this.context.log.warn({ err }, 'no farewell');
          this.farewellOver(held, false);
        },
      );
    return true;
  }

  private farewellOver(held: HeldDialog, told: boolean): void {
    held.farewell = false;
    // The app may be back by now, and has him again.
    if (held.attached) return;
    if (told) this.parts.endings.bye(held, 'Announcement over', 'announced');
    else this.parts.endings.bye(held, 'Application gone', 'orphan-limit');
  }

  /** Tells a present app of those whom it has not acknowledged. */
  tell(app: App): void {
    this.served.tell(app);
  }

  /** True for an address from which some app expects its trunks' calls. A WebSocket is never a trunk. */
  isTrunk({ protocol, address }: Pick<Flow, 'protocol' | 'address'>): boolean {
    if (isWebSocket(protocol)) return false;
    for (const trunks of this.trunks.values()) if (trunks.includes(address)) return true;
    return false;
  }

  /** Whether a call from there is a trunk's; undefined where no app has said what its trunks are. */
  isFromTrunk({ protocol, address, port }: Flow): boolean | undefined {
    let known: boolean | undefined;
    for (const [app, trunks] of this.trunks) {
      const isOne = !isWebSocket(protocol) && trunks.trunkAt(address, port) !== undefined;
      if (isOne) return true;
      if (app.hotlines.trunks.length > 0) known = false;
    }
    return known;
  }

  /** The app's hotlines and trunks are known, from itself or from the disk. */
  know(app: App): void {
    this.trunks.set(app, new TrunkSources(app.hotlines.trunks));
  }

  /** The app said what its hotlines and trunks are. */
  learn(app: App): void {
    this.know(app);
    if (app.name !== undefined) this.parts.hotlines.keep(app.name, app.hotlines);
  }

  private async answer(
    incoming: IncomingRequest,
    app: App,
    target: Target,
    announcements: Announcements,
  ): Promise<void> {
    const opened = streamLeft(incoming, app) ?? (await this.open(incoming, announcements));
    if (this.closed) return;
    if (incoming.transaction.answered) {
      // His CANCEL came while the stream was opened.
      if ('listener' in opened) announcements.close(opened.listener);
      return this.gaveUp(incoming, app);
    }
    if ('refused' in opened) return this.turnAway(incoming, app, opened.refused);
    const { listener, answer } = opened;
    const known = hasNumber(incoming.request);
    const { served, onDisk } = this.served.begin(incoming, app, target, {
      answeredAt: this.context.now(),
      result: known ? 'promised' : 'no-number',
    });
    const written = await onDisk;
    const gone = (): void => {
      announcements.close(listener);
      this.served.over(served, app);
    };
    if (incoming.transaction.answered) {
      // His CANCEL came while we wrote.
      Object.assign(served.caller, { answeredAt: null, result: 'left' });
      return gone();
    }
    this.context.counters.servedAlone++;
    const held = this.parts.answers.accept(incoming, this.edge, answer);
    held.onEnd = gone;
    const prompts = known && written ? PROMISED : NO_NUMBER;
    await this.speak(held, listener, { prompts, language: target.hotline.language });
  }

  /** A stream for him; while there is none it rings. */
  private open(
    incoming: IncomingRequest,
    announcements: Announcements,
  ): ReturnType<typeof openStream> {
    const { context, parts } = this;
    const until = incoming.arrivedAt + (parts.longestRingMs ?? LONGEST_RING_MS);
    const isOver = () => this.closed || incoming.transaction.answered;
    const wait = {
      line: this.places,
      patience: () => (isOver() ? 0 : until - context.now()),
      onFull: () => incoming.ring(),
    };
    return openStream(announcements, incoming.request, wait, context.log);
  }

  private async speak(
    held: HeldDialog,
    listener: Listener,
    what: { prompts: string[]; language: string },
  ): Promise<void> {
    await this.parts.announcements?.play(listener, what).catch((error: unknown) => {
      this.context.log.warn({ err: error }, 'the announcement was not played');
    });
    this.parts.endings.byeUntold(held, 'Announcement over');
  }

  private refuse(incoming: IncomingRequest, status = 503): void {
    if (incoming.transaction.answered) return;
    if (status === 503) this.context.counters.overCapacity++;
    incoming.respond(status, status === 503 ? { headers: RETRY_AFTER } : {});
    incoming.settle();
  }

  private targetOf({ transaction }: IncomingRequest, app: App): Target | undefined {
    const { request, flow } = transaction;
    const trunkId = this.trunks.get(app)?.trunkAt(flow.address, flow.port);
    const hotline = hotlineIn(app.hotlines, request, trunkId);
    return hotline === undefined || trunkId === undefined ? undefined : { hotline, trunkId };
  }
}
