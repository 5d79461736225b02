import { randomUUID } from 'node:crypto';
import type { DialogNote } from '../../control/ports';
import type { EdgeHotline, ServedCaller } from '../../control/protocol';
import { TrunkSources } from '../../guard/trunk-sources';
import type { Announcements, Listener } from '../../media/announcements';
import { parseMessage } from '../../message/sip-message';
import type { Flow } from '../../transport/flow';
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
import { openStream } from './open-stream';
import type { ServedFile } from './served-file';

/** What a caller hears whom nobody can take: that he is called back, or, without a number, when to try. */
const PROMISED = ['no-agents', 'promise-taken'];
const NO_NUMBER = ['no-agents', 'no-number'];

/** An INVITE that the edge may serve by itself. */
interface Target {
  hotline: EdgeHotline;
  trunkId: string;
}

/**
 * Steps 5 and 6 of the ladder: callers of a hotline whose app is away are answered, told that they will
 * be called back, and let go; their numbers are on disk before that is spoken, and told to the app when
 * it is there again. Who cannot be served even so gets 503, so that the carrier takes its next route.
 */
export class AnswerAlone {
  /** Owns the dialogs of those calls; no connection ever bears it. */
  private readonly edge = new App(undefined);
  private readonly trunks = new Map<App, TrunkSources>();
  private readonly told = new Set<string>();
  private readonly lately = new LatelyLeft();

  constructor(
    private readonly context: Context,
    private readonly parts: {
      answers: Answers;
      endings: Endings;
      /** Undefined in an edge without media. */
      announcements: Announcements | undefined;
      hotlines: HotlineFile;
      served: ServedFile;
    },
  ) {}

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
    if (target === undefined || announcements === undefined) {
      // One whom the app knows of must not stay open in its records.
      if (target !== undefined) this.gaveUp(incoming, app);
      return this.refuse(incoming);
    }
    this.answer(incoming, app, target, announcements).catch((error: unknown) => {
      this.context.log.error({ err: error }, 'a caller could not be served');
      this.refuse(incoming);
    });
  }

  /** He gave up while he waited for the app, which must count him all the same. */
  gaveUp(incoming: IncomingRequest, app: App, endedAt = this.context.now()): void {
    const target = this.targetOf(incoming, app);
    if (target === undefined) return;
    const id = randomUUID();
    const caller = this.record(incoming, target, { answeredAt: null, result: 'left' });
    void this.keep({ id, app: app.name ?? '', caller: { ...caller, endedAt } });
    this.tell(app);
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

  /** Tells a present app of those it has not acknowledged, each once in this edge's life. */
  tell(app: App): void {
    const { control } = this.context;
    if (app.name === undefined || app.lostAt !== undefined || control === undefined) return;
    for (const { id, caller } of this.parts.served.of(app.name)) {
      if (this.told.has(id) || this.live.has(id)) continue;
      this.told.add(id);
      control.tellApp(app.name, { event: 'caller.served', id, ...caller }, () => {
        this.told.delete(id);
        this.parts.served.done(id);
      });
    }
  }

  /** True for an address from which some app expects its trunks' calls. */
  isTrunk(address: string): boolean {
    for (const trunks of this.trunks.values()) if (trunks.includes(address)) return true;
    return false;
  }

  /** Whether a call from there is a trunk's; undefined where no app has said what its trunks are. */
  isFromTrunk({ address, port }: Pick<Flow, 'address' | 'port'>): boolean | undefined {
    let known: boolean | undefined;
    for (const [app, trunks] of this.trunks) {
      if (trunks.trunkAt(address, port) !== undefined) return true;
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

  /** Ids of callers who are listening now; they are told when they have gone. */
  private readonly live = new Set<string>();

  private async answer(
    incoming: IncomingRequest,
    app: App,
    target: Target,
    announcements: Announcements,
  ): Promise<void> {
    const opened = await openStream(announcements, incoming.request, this.context.log);
    if (incoming.transaction.answered) {
      // His CANCEL came while the stream was opened.
      if ('listener' in opened) announcements.close(opened.listener);
      return this.gaveUp(incoming, app);
    }
    if ('refused' in opened) return this.refuse(incoming, opened.refused);
    const { listener, answer } = opened;
    const known = hasNumber(incoming.request);
    const caller = this.record(incoming, target, {
      answeredAt: this.context.now(),
      result: known ? 'promised' : 'no-number',
    });
    const served = { id: randomUUID(), app: app.name ?? '', caller };
    this.live.add(served.id);
    const written = await this.keep(served);
    const gone = (): void => {
      announcements.close(listener);
      this.live.delete(served.id);
      caller.endedAt = this.context.now();
      void this.keep(served);
      this.tell(app);
    };
    if (incoming.transaction.answered) {
      // His CANCEL came while we wrote.
      Object.assign(caller, { answeredAt: null, result: 'left' });
      return gone();
    }
    this.context.counters.servedAlone++;
    const held = this.parts.answers.accept(incoming, this.edge, answer);
    held.onEnd = gone;
    const prompts = known && written ? PROMISED : NO_NUMBER;
    await this.speak(held, listener, { prompts, language: target.hotline.language });
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

  /** False when it is not on disk: then nothing may be promised. */
  private keep(served: { id: string; app: string; caller: ServedCaller }): Promise<boolean> {
    return this.parts.served.keep(served).then(
      () => true,
      (err: unknown) => {
        this.context.log.error({ err }, 'a served caller was not written down');
        return false;
      },
    );
  }

  private record(
    incoming: IncomingRequest,
    { hotline, trunkId }: Target,
    outcome: Pick<ServedCaller, 'answeredAt' | 'result'>,
  ): ServedCaller {
    return {
      invite: Buffer.from(incoming.request.text, 'latin1').toString('utf8'),
      hotline: hotline.number,
      trunkId,
      note: incoming.note,
      arrivedAt: incoming.arrivedAt,
      endedAt: this.context.now(),
      ...outcome,
    };
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
