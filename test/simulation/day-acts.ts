/** What happens in a simulated day beside callers and agents' phones: desktops, forms, orders, and who is called back. */
import type { Plan } from '../../src/domain/plan';
import type { TestCentre } from '../support/centre/centre';
import { numberDialled } from '../support/centre/world';
import { EVERYBODY } from './day-plan';
import type { Random } from './random';

interface Scene {
  centre: TestCentre;
  random: Random;
}

const FORM = { kind: 'pre-sale', level: 'A', source: 'web', disposition: 'invited' };

/** With how often each happens, in relation to the others. */
export const ACTS: readonly (readonly [number, (scene: Scene) => void])[] = [
  [3, desktop],
  [4, fillForm],
  [12, customerActs],
  [1, order],
  [1, databaseGoesOrComes],
  [1, settlePromise],
  [10, pressKeys],
  [1, changePlan],
  [4, consult],
];

/** Who talks asks whoever of a queue is free or gets so, or goes on with that as it then stands. */
function consult({ centre, random }: Scene): void {
  const call = random.pick(centre.engine.calls());
  if (!call?.agentId) return;
  const queue = random.pick(centre.plan.queues)?.id ?? '';
  if (call.state !== 'consulting') centre.engine.consult(call.agentId, call.id, { queue });
  else if (random.chance(0.5))
    centre.engine.orderConsult(
      call.agentId,
      call.id,
      random.pick(['swap', 'conference', 'complete', 'end'] as const) ?? 'end',
    );
}

/** A page opens, or is lost; its grace runs out as time passes. */
function desktop({ centre, random }: Scene): void {
  const agent = centre.agent(random.pick(EVERYBODY) ?? '');
  if (centre.desktops.has(agent.id)) agent.losesDesktop();
  else agent.opensDesktop();
}

function fillForm({ centre, random }: Scene): void {
  const { forms } = centre.engine;
  const owing = centre.engine.agents().filter(({ openForms }) => openForms !== undefined);
  const agent = random.pick(owing);
  const form = forms.form(agent?.openForms?.[0] ?? '');
  if (agent && form) forms.fill(agent.id, FORM, form);
}

/** Who is called back answers, or does not. */
function customerActs({ centre, random }: Scene): void {
  const dialled = [...centre.telephony.legs].filter(
    ([id, leg]) =>
      numberDialled(leg) !== undefined &&
      leg.state === 'dialled' &&
      !centre.telephony.toldToEnd.has(id),
  );
  const legId = random.pick(dialled)?.[0];
  if (legId === undefined) return;
  if (random.chance(0.3)) centre.submit({ type: 'leg.ringing', at: centre.now(), legId });
  else if (random.chance(0.5)) centre.telephony.answered(legId);
  else
    centre.telephony.end(
      legId,
      random.pick(['busy', 'no-answer', 'unavailable'] as const) ?? 'busy',
    );
}

/** A hotline is closed by one command, for a while, or opened again. */
function order({ centre, random }: Scene): void {
  const until = random.chance(0.5) ? centre.now() + 1 + random.below(60_000) : null;
  const closure = random.chance(0.5) ? { until } : null;
  centre.engine.orders.orderHotline(
    'super',
    random.pick(centre.plan.hotlines)?.number ?? '',
    closure,
  );
}

function databaseGoesOrComes({ centre, random }: Scene): void {
  const { attempts } = centre;
  attempts.isAway = !attempts.isAway && random.chance(0.3);
}

/** Whoever hears something chooses, confirms, keys in another number, or what nobody asked for. */
function pressKeys({ centre, random }: Scene): void {
  const { legs } = centre.telephony;
  const callers = [...legs].filter(([, leg]) => leg.arrival && leg.state === 'answered');
  const [legId, leg] = random.pick(callers) ?? [];
  if (legId === undefined || !leg?.arrival) return;
  const keys = random.pick(['1', '2', '1', '21390000000', '0#', '#', '11', '3']) ?? '1';
  for (const key of keys === '21390000000' ? `${keys}${random.below(4)}#` : keys)
    centre.media.key(leg.arrival.callId, legId, key);
}

/** In the middle of the day: a hotline leaves it, or its queue, or all trunks; or it is as it was. */
function changePlan({ centre, random }: Scene): void {
  const { plan } = centre;
  const [first, ...others] = plan.hotlines;
  const changes: Partial<Plan>[] = [
    {},
    {},
    { hotlines: others },
    { hotlines: [] },
    { trunks: [] },
    { hotlines: [{ ...first!, number: '4008009999' }, ...others] },
    { queues: plan.queues.slice(1) },
    { queues: [] },
  ];
  const change = random.pick(changes) ?? {};
  centre.submit({ type: 'plan.applied', at: centre.now(), plan: { ...plan, ...change } });
}

function settlePromise({ centre, random }: Scene): void {
  const promise = random.pick(centre.engine.promises());
  if (promise) settled({ centre, random }, promise.id);
}

export function settled({ centre, random }: Scene, promiseId: string): void {
  const as = random.pick(['done', 'withdrawn'] as const) ?? 'done';
  const at = centre.now();
  centre.submit({
    type: 'promise.settled',
    at,
    promiseId,
    by: 'super',
    as,
    reason: 'seen to',
  });
}
