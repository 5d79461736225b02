/**
 * What may happen in a simulated tree of transfers, one line each: a new feature of calls joins the
 * simulation by a line here. An operation that makes no sense at the moment does nothing.
 */
import { edgeFalls, part } from '../support/centre/fall';
import { agentDialled, numberDialled } from '../support/centre/world';
import {
  hangsUpAtDesk,
  joinsTalks,
  nailedEnds,
  nailedUp,
  phoneDials,
  takesOver,
} from './phone-lines';
import type { TransferScene } from './transfer-trees';

export interface Operation {
  /** Stands in the history of a scene that went wrong. */
  name: string;
  /** How often, in relation to the others. */
  weight: number;
  does: (scene: TransferScene) => void;
}

export const OPERATIONS: readonly Operation[] = [
  { name: 'arrives', weight: 3, does: (scene) => scene.arrives() },
  {
    name: 'time passes',
    weight: 14,
    does: ({ centre, random }) => centre.clock.advance(random.below(6000)),
  },
  { name: 'caller has our 200', weight: 10, does: callerAnswered },
  { name: 'phone is picked up', weight: 18, does: (scene) => onPhone(scene, 'rings', picksUp) },
  { name: 'phone refuses', weight: 3, does: (scene) => onPhone(scene, 'rings', refuses) },
  { name: 'prompt ends', weight: 10, does: promptEnds },
  {
    name: 'wrap-up is over',
    weight: 6,
    does: wrapsUp,
  },
  { name: 'hangs up', weight: 2, does: hangsUp },
  {
    name: 'desk holds',
    weight: 5,
    does: onTalk((scene, agent, call) => scene.centre.engine.hold(agent, call)),
  },
  {
    name: 'desk resumes',
    weight: 4,
    does: onTalk((scene, agent, call) => scene.centre.engine.resume(agent, call)),
  },
  { name: 'phone holds', weight: 3, does: (scene) => phoneHolds(scene, 'leg.held') },
  { name: 'phone resumes', weight: 4, does: (scene) => phoneHolds(scene, 'leg.resumed') },
  {
    name: 'to a queue',
    weight: 8,
    does: onTalk(({ centre, random }, agent, call) =>
      centre.engine.transfer(agent, call, { queue: random.pick(['sales', 'service']) ?? '' }),
    ),
  },
  {
    name: 'to an agent',
    weight: 8,
    does: onTalk(({ centre, anyone }, agent, call) =>
      centre.engine.transfer(agent, call, { agent: anyone() }),
    ),
  },
  {
    name: 'to whoever of a post is free',
    weight: 2,
    does: onTalk(({ centre }, agent, call) =>
      centre.engine.transfer(agent, call, { post: 'telemarketer' }),
    ),
  },
  {
    name: 'to a phone',
    weight: 4,
    does: onTalk(({ centre, anyone }, agent, call) =>
      centre.engine.transfer(agent, call, { phone: `phone-${anyone()}` }),
    ),
  },
  {
    name: 'to an outside number',
    weight: 3,
    does: onTalk(({ centre, number }, agent, call) =>
      centre.engine.transfer(agent, call, { number: number() }),
    ),
  },
  {
    name: 'asks a colleague',
    weight: 8,
    does: onTalk(({ centre, anyone }, agent, call) =>
      centre.engine.consult(agent, call, { agent: anyone() }),
    ),
  },
  {
    name: 'asks whoever of a queue is free, or gets so',
    weight: 8,
    does: onTalk(({ centre, random }, agent, call) =>
      centre.engine.consult(agent, call, { queue: random.pick(['sales', 'service']) ?? '' }),
    ),
  },
  {
    name: 'asks at a phone',
    weight: 4,
    does: onTalk(({ centre, anyone }, agent, call) =>
      centre.engine.consult(agent, call, { phone: `phone-${anyone()}` }),
    ),
  },
  {
    name: 'asks an outside number',
    weight: 4,
    does: onTalk(({ centre, number }, agent, call) =>
      centre.engine.consult(agent, call, { number: number() }),
    ),
  },
  { name: 'swaps', weight: 6, does: ordered('swap') },
  { name: 'makes it three', weight: 5, does: ordered('conference') },
  { name: 'completes', weight: 6, does: ordered('complete') },
  { name: 'takes back', weight: 4, does: ordered('end') },
  {
    name: 'parks',
    weight: 6,
    does: onTalk(({ centre }, agent, call) => centre.engine.park(agent, call)),
  },
  {
    name: 'is taken out of his slot',
    weight: 5,
    does: ({ centre, random, anyone }) =>
      void centre.engine.retrieve(anyone(), random.pick(centre.engine.parked())?.slot ?? ''),
  },
  { name: 'calls a number', weight: 2, does: (scene) => scene.places(scene.number()) },
  { name: 'calls a colleague', weight: 2, does: (scene) => scene.places(scene.anyone()) },
  { name: 'phone dials', weight: 10, does: phoneDials },
  { name: 'phone joins two talks', weight: 14, does: joinsTalks },
  { name: 'another phone takes over', weight: 3, does: takesOver },
  { name: 'hangs up at a desk', weight: 2, does: hangsUpAtDesk },
  {
    name: 'mutes',
    weight: 2,
    does: onTalk(({ centre }, agent, call) => centre.engine.mute(agent, call)),
  },
  {
    name: 'unmutes',
    weight: 2,
    does: onTalk(({ centre }, agent, call) => centre.engine.unmute(agent, call)),
  },
  { name: 'own leg is picked up', weight: 4, does: nailedUp },
  { name: 'own leg ends', weight: 1, does: nailedEnds },
  { name: 'number answers', weight: 14, does: (scene) => onNumber(scene, picksUp) },
  { name: 'number rings', weight: 4, does: (scene) => onNumber(scene, rings) },
  { name: 'number refuses', weight: 2, does: (scene) => onNumber(scene, refuses) },
  {
    name: 'is picked up by a colleague',
    weight: 4,
    does: ({ centre, random, anyone }) =>
      void centre.engine.pickUp(anyone(), random.pick(centre.engine.calls())?.id ?? ''),
  },
  {
    name: 'is away',
    weight: 2,
    does: ({ centre, anyone }) => void centre.engine.notReady(anyone(), 'lunch'),
  },
  {
    name: 'is back',
    weight: 6,
    does: ({ centre, anyone }) => void centre.agent(anyone()).atWork(),
  },
  {
    name: 'goes home',
    weight: 1,
    does: ({ centre, anyone }) => void centre.engine.signOut(anyone()),
  },
  { name: 'the world catches up', weight: 14, does: (scene) => scene.catchesUp() },
  { name: 'app falls', weight: 4, does: appFallsAndReturns },
  {
    name: 'app falls in the middle of it',
    weight: 6,
    does: ({ centre, random }) => centre.life.endAfter(random.below(12)),
  },
  { name: 'edge falls', weight: 1, does: edgeFell },
];

function callerAnswered({ centre, random }: TransferScene): void {
  const legs = [...centre.telephony.legs].filter(
    ([, leg]) => leg.answers && leg.state !== 'answered',
  );
  const leg = random.pick(legs);
  if (leg) centre.telephony.answered(leg[0]);
}

type Act = (scene: TransferScene, legId: string) => void;

function onPhone(scene: TransferScene, state: 'rings', act: Act): void {
  const legs = [...scene.centre.telephony.legs].filter(
    ([legId, leg]) =>
      agentDialled(leg) !== undefined &&
      !scene.centre.telephony.toldToEnd.has(legId) &&
      (leg.state === 'answered') === (state !== 'rings'),
  );
  const leg = scene.random.pick(legs);
  if (leg) act(scene, leg[0]);
}

function onNumber(scene: TransferScene, act: Act): void {
  const { legs, toldToEnd } = scene.centre.telephony;
  const leg = scene.random.pick(
    [...legs].filter(
      ([legId, leg]) =>
        numberDialled(leg) !== undefined && leg.state === 'dialled' && !toldToEnd.has(legId),
    ),
  );
  if (leg) act(scene, leg[0]);
}

/** With sound or without, as operators do. */
function rings({ centre, random }: TransferScene, legId: string): void {
  const sound = random.chance(0.3) ? { sound: true as const } : {};
  centre.submit({ type: 'leg.ringing', at: centre.now(), legId, ...sound });
}

function ordered(order: 'swap' | 'conference' | 'complete' | 'end') {
  return onTalk(({ centre }, agent, call) => centre.engine.orderConsult(agent, call, order));
}

function picksUp({ centre }: TransferScene, legId: string): void {
  centre.telephony.answered(legId);
}

function refuses({ centre, random }: TransferScene, legId: string): void {
  centre.telephony.end(legId, random.pick(['busy', 'declined', 'unreachable'] as const) ?? 'busy');
}

function promptEnds({ centre, random }: TransferScene): void {
  const legId = random.pick([...centre.media.plays.keys()]);
  if (legId !== undefined) centre.media.finish(legId);
}

/** Whoever has a line; before his 200 a caller gives up. */
function hangsUp({ centre, random }: TransferScene): void {
  const legs = [...centre.telephony.legs].filter(([, leg]) => leg.state !== 'dialled');
  const legId = random.pick(legs)?.[0];
  if (legId !== undefined) ends(centre, legId);
}

function ends(centre: TransferScene['centre'], legId: string): void {
  part(centre, legId);
  centre.telephony.end(legId, 'hangup');
}

function onTalk(act: (scene: TransferScene, agentId: string, callId: string) => unknown) {
  return (scene: TransferScene): void => {
    const talks = scene.centre.engine.calls().filter(({ agentId }) => agentId !== null);
    const talk = scene.random.pick(talks);
    if (talk?.agentId) act(scene, talk.agentId, talk.id);
  };
}

function phoneHolds({ centre, random }: TransferScene, type: 'leg.held' | 'leg.resumed'): void {
  const legs = [...centre.telephony.legs].filter(([, leg]) => leg.state === 'answered');
  const legId = random.pick(legs)?.[0];
  if (legId !== undefined) centre.telephony.holds(legId, type);
}

/** While it is away somebody may hang up. */
function appFallsAndReturns(scene: TransferScene): void {
  const { centre, random } = scene;
  scene.appFell(() => {
    const legs = [...centre.telephony.legs].filter(([, leg]) => leg.state === 'answered');
    for (const [legId] of legs) if (random.chance(0.15)) ends(centre, legId);
  });
}

function edgeFell(scene: TransferScene): void {
  const { centre, random } = scene;
  const legs = [...centre.telephony.legs.keys()];
  scene.edgeFell = true;
  edgeFalls(centre, random.chance(0.5) ? legs : legs.reverse());
}

/** He tells what came of his calls; if that took too long, he says "ready" again. */
function wrapsUp({ centre, anyone }: TransferScene): void {
  const { id, view } = centre.agent(anyone()).fillsIn();
  const isOverdue = view.intent.is === 'not-ready' && view.intent.reason === 'wrap-up overdue';
  if (isOverdue) centre.engine.ready(id);
  else centre.engine.wrapUp(id);
}
