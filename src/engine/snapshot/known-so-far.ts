/**
 * What an app that starts without the database must know, kept up as records go into the journal. It says the same as
 * the rows do once they are replayed (test/db/snapshot.test.ts holds the two against each other); what agents have
 * done today is the engine's own.
 */
import { blockKey } from '../../domain/block/block';
import type { DaySoFar } from '../../domain/agent/workday';
import type { DialBudget } from '../../domain/dial/budget';
import { withChange, type BudgetChange } from '../../domain/dial/kept-budget';
import type { FormSnapshot } from '../../domain/form/form';
import type { AgentId, CallId, FollowUpId, TrunkId } from '../../domain/ids';
import type { Plan } from '../../domain/plan';
import type {
  AgentSnapshot,
  BlockSnapshot,
  CallSnapshot,
  HotlineSnapshot,
  JournalEntry,
  JournalRecord,
} from '../../domain/records';
import type { Instant } from '../../domain/time';
import type { TrunkUse } from '../../domain/trunk/use';
import { FORM_LIMIT } from '../recent-forms';
import { StandingAlarms } from '../standing-alarms';
import { LeaversSoFar } from './leavers-so-far';
import { PromisesSoFar } from './promises-so-far';
import type { Remembered } from './remembered';
import { SignInSoFar } from './sign-in-so-far';
import { WaitsSoFar } from './waits-so-far';

/** A dialog of a call that has ended lives for no longer than it takes to hang up: Timer F (RFC 3261 §17.1.2.2) is 32 s. */
const ENDED_KEPT_MS = 120_000;
const HOUR_MS = 3_600_000;

export class KnownSoFar {
  private plan: Plan;
  private readonly agents: Map<string, AgentSnapshot>;
  private readonly hotlines: Map<string, HotlineSnapshot>;
  private readonly blocks: Map<string, BlockSnapshot>;
  private readonly forms: Map<CallId, FormSnapshot>;
  private readonly trunks: Map<TrunkId, TrunkUse>;
  private readonly calls: Map<CallId, CallSnapshot>;
  private readonly promises: PromisesSoFar;
  private readonly leavers: LeaversSoFar;
  private readonly waits: WaitsSoFar;
  private readonly alarms: StandingAlarms;
  private readonly signIn: SignInSoFar;
  private budget: DialBudget;

  constructor({ plan, known, trunks, calls, signIn }: Remembered) {
    this.plan = plan;
    this.agents = new Map(known.agents.map((one) => [one.id, one]));
    this.hotlines = new Map(known.hotlines.map((one) => [one.number, one]));
    this.blocks = new Map(known.blocks.map((one) => [blockKey(one.storeId, one.number), one]));
    this.forms = new Map((known.forms ?? []).map((one) => [one.callId, one]));
    this.trunks = new Map(trunks);
    this.calls = new Map(calls.map((one) => [one.id, one]));
    this.promises = new PromisesSoFar(known.promises);
    this.leavers = new LeaversSoFar(known.left ?? []);
    this.waits = new WaitsSoFar(known.waits ?? []);
    this.alarms = new StandingAlarms(known.alarms ?? []);
    this.budget = known.budget;
    this.signIn = new SignInSoFar(signIn);
  }

  planned(plan: Plan, hashes: ReadonlyMap<AgentId, string>): void {
    this.plan = plan;
    this.signIn.plannedBy(hashes);
  }

  /** In the order of the journal. An entry that is in it already changes nothing, if all behind it come as well. */
  take({ record }: Pick<JournalEntry, 'record'>): void {
    switch (record.kind) {
      case 'agent.saved':
        return void this.agents.set(record.agent.id, record.agent);
      case 'hotline.saved':
        return void this.hotlines.set(record.hotline.number, record.hotline);
      case 'block.saved':
        return void this.blocks.set(
          blockKey(record.block.storeId, record.block.number),
          record.block,
        );
      case 'trunk.saved':
        return void this.trunks.set(record.trunkId, { ...record.use, nearFull: false });
      case 'promise.saved':
        return this.promises.take(record.promise);
      case 'wait.saved':
        return this.waits.take(record.wait);
      case 'dial.counted':
        this.budget = withChange(this.budget, unknownOf(this.budget, record.change));
        return;
      case 'form.saved':
        return this.form(record.form);
      case 'follow-up.done':
        return this.followedUp(record);
      case 'call.saved':
        this.calls.set(record.call.id, record.call);
        return this.leavers.call(record.call);
      case 'entry.saved':
        return this.leavers.entry(record.entry, this.calls.get(record.entry.callId));
      case 'alarm.raised':
        return void this.alarms.isNews(record);
      default:
        this.signIn.take(record);
    }
  }

  /** As it stands now; what is too old for anybody is let go. */
  now(at: Instant, work: readonly DaySoFar[]): Remembered {
    const isOpen = (callId: CallId) => isLive(this.calls.get(callId));
    for (const [id, call] of this.calls) {
      const isOld = (call.endedAt ?? call.arrivedAt) < at - ENDED_KEPT_MS;
      if (call.state === 'closed' && isOld) this.calls.delete(id);
    }
    for (const [callId, { state }] of this.forms) {
      if (state !== 'unclassified' && !isOpen(callId)) this.forms.delete(callId);
    }
    const { attempts } = this.budget;
    return {
      plan: this.plan,
      known: {
        agents: [...this.agents.values()],
        promises: this.promises.all(),
        budget: { ...this.budget, attempts: attempts.filter((one) => one.at >= at - HOUR_MS) },
        hotlines: [...this.hotlines.values()],
        blocks: [...this.blocks.values()],
        work: [...work],
        forms: [...this.forms.values()].sort(byWeight),
        left: this.leavers.all(at),
        waits: this.waits.all(isOpen),
        alarms: this.alarms.all(),
      },
      trunks: this.trunks,
      calls: [...this.calls.values()].sort((a, b) => a.arrivedAt - b.arrivedAt),
      signIn: this.signIn.now(at),
    };
  }

  /** As many as the engine keeps: those that nobody ever completes would grow for ever. */
  private form(form: FormSnapshot): void {
    this.forms.delete(form.callId);
    this.forms.set(form.callId, form);
    if (this.forms.size <= FORM_LIMIT) return;
    const oldest = this.forms.keys().next();
    if (!oldest.done) this.forms.delete(oldest.value);
  }

  private followedUp(done: Extract<JournalRecord, { kind: 'follow-up.done' }>): void {
    for (const form of this.forms.values()) {
      const { followUp } = form;
      if (followUp?.id !== (done.followUpId satisfies FollowUpId)) continue;
      const ended = { ...followUp, state: 'done' as const, doneBy: done.by, doneAt: done.at };
      this.forms.set(form.callId, { ...form, followUp: ended });
    }
  }
}

const isLive = (call: CallSnapshot | undefined): boolean =>
  call !== undefined && call.state !== 'closed';

/** Those that stand in an agent's way last, and of these the newest. */
const byWeight = (a: FormSnapshot, b: FormSnapshot): number =>
  Number(standsInTheWay(a)) - Number(standsInTheWay(b)) || a.arrivedAt - b.arrivedAt;

const standsInTheWay = ({ required, falls }: FormSnapshot): boolean => required && !falls;

/** Attempts are counted once, also when the entry is read again. */
function unknownOf({ attempts }: DialBudget, change: BudgetChange): BudgetChange {
  const isKnown = ({ at, who }: BudgetChange['attempts'][number]): boolean =>
    attempts.some((one) => one.at === at && one.who.agentId === who.agentId);
  return { ...change, attempts: change.attempts.filter((one) => !isKnown(one)) };
}
