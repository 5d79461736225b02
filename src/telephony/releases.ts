/**
 * A talk of two who both came through one trunk can be the carrier's alone: where the trunk's setting allows it
 * (`refer: allow`), we ask the carrier by REFER with Replaces (RFC 5589 §7) to join them, and are out of it.
 *
 *     202 --> NOTIFY of 2xx ------------------------> `leg.released`: both legs end, the talk goes on without us
 *        \--> NOTIFY of anything else, or none -----> the talk stays ours, as it was
 *
 * Our own leg to the one who was replaced is hung up by the carrier before it tells us: that end is kept back until
 * it is known what it means. Should the app fall meanwhile, the talk stays ours, and ends when the carrier ends it.
 */
import type { TrunkId } from '../domain/ids';
import type { Plan } from '../domain/plan';
import type { SipDialog, SipRequest, SipResponse } from './drachtio';
import type { Leg } from './legs';
import { endLeg, type LineContext } from './line';

/** A carrier joins two legs of its own in no time; meanwhile one of the two may be with nobody. */
const PATIENCE_MS = 10_000;

/** A release under way; both legs know of it. */
export interface Release {
  leg: Leg;
  /** The one that is to be replaced. */
  other: Leg;
  /** It has been hung up. */
  isReplaced: boolean;
}

export class Releases {
  private allowed = new Set<TrunkId>();

  constructor(
    private readonly context: LineContext,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  applyPlan({ trunks }: Plan): void {
    this.allowed = new Set(trunks.flatMap(({ id, refer }) => (refer === 'allow' ? [id] : [])));
  }

  /** The two talk. Nothing happens unless both are of a trunk that is to be asked. */
  offer(leg: Leg | undefined, other: Leg | undefined): void {
    const { trunkId } = leg ?? {};
    if (!leg?.dialog || !other?.dialog || trunkId === undefined) return;
    if (trunkId !== other.trunkId || !this.allowed.has(trunkId)) return;
    void this.ask(leg, leg.dialog, other, other.dialog);
  }

  private async ask(leg: Leg, dialog: SipDialog, other: Leg, target: SipDialog): Promise<void> {
    const { context } = this;
    const release: Release = { leg, other, isReplaced: false };
    leg.release = other.release = release;
    const result = outcomeOf(dialog, this.patienceMs);
    try {
      const headers = { 'Refer-To': referTo(target), 'Referred-By': `<${dialog.local.uri}>` };
      const { status } = await dialog.request({ method: 'REFER', headers });
      if (status < 300) return this.end(release, await result.status);
      this.end(release, status);
    } catch (error) {
      context.log.debug({ error, callId: leg.callId, legId: leg.id }, 'REFER not sent');
      this.end(release, 500);
    } finally {
      result.forget();
    }
  }

  private end(release: Release, status: number): void {
    const { context } = this;
    const { leg, other, isReplaced } = release;
    delete leg.release;
    delete other.release;
    const isDone = status >= 200 && status < 300;
    const { callId, id: legId } = leg;
    context.log.info({ callId, legId, status, isDone }, 'the carrier was asked to join two legs');
    if (isDone && leg.state === 'answered')
      return context.submit({ type: 'leg.released', at: context.now(), legId });
    // It was no replacement: the far side has hung up.
    if (isReplaced) endLeg(context, other, 'hangup');
  }
}

/** Its own dialog with us, from its side (RFC 3891 §6.1), in the place that it named. */
function referTo({ sip, remote }: SipDialog): string {
  const { callId, localTag, remoteTag } = sip;
  const uri = /<([^>]*)>/.exec(remote.uri)?.[1] ?? remote.uri;
  const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag}`;
  return `<${uri.replace(/\?.*$/, '')}?Replaces=${encodeURIComponent(replaces)}>`;
}

/** The final status that the NOTIFYs bring (RFC 3515 §2.4.5); 408 when none does, 487 when the dialog ends before. */
function outcomeOf(dialog: SipDialog, patienceMs: number) {
  let settle: (status: number) => void = () => undefined;
  const status = new Promise<number>((resolve) => (settle = resolve));
  const timer = setTimeout(() => settle(408), patienceMs).unref();
  const hear = (req: SipRequest, res: SipResponse): void => {
    res.send(200);
    const said = Number(/^SIP\/2\.0 (\d{3})/.exec(req.body)?.[1] ?? 0);
    const isOver =
      req.has('Subscription-State') && /^\s*terminated/i.test(req.get('Subscription-State'));
    if (said >= 200) settle(said);
    else if (isOver) settle(408);
  };
  const gone = (): void => settle(487);
  dialog.on('notify', hear);
  dialog.on('destroy', gone);
  const forget = (): void => {
    clearTimeout(timer);
    dialog.off('notify', hear);
    dialog.off('destroy', gone);
  };
  return { status, forget };
}
