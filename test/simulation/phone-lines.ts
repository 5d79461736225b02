/**
 * What phones do by themselves in a tree of transfers: a second line beside a talk, two talks that become one, a call
 * that goes on at another phone, and agents' own legs. What was not refused is noted as reached.
 */
import { nailedAgent, part } from '../support/centre/fall';
import { agentDialled } from '../support/centre/world';
import type { TransferScene } from './transfer-trees';

/** Beside a talk that is his second line. */
export function phoneDials(scene: TransferScene): void {
  const { centre, random, dialling, placed } = scene;
  const talking = centre.engine.calls().flatMap(({ state, agentId }) => {
    return agentId !== null && (state === 'held' || state === 'talking') ? [agentId] : [];
  });
  const who = random.pick(random.chance(0.8) ? talking : []) ?? scene.anyone();
  const number = random.chance(0.5) ? scene.number() : `phone-${scene.anyone()}`;
  const [callId, ownLegId] = [centre.id(), centre.id()];
  centre.telephony.arrives(ownLegId);
  dialling.set(ownLegId, who);
  placed.push(callId);
  const others = { entryId: centre.id(), leadId: centre.id(), promiseId: centre.id() };
  centre.submit({
    ...{ type: 'phone.dialled', at: centre.now(), phoneId: `phone-${who}`, number },
    ids: { ...others, callId, ownLegId, legId: centre.id(), recordingId: centre.id() },
  });
  scene.callersAreLookedUp();
}

/** Whoever has two talks makes them one. */
export function joinsTalks({ centre, random, reached }: TransferScene): void {
  const talks = centre.engine.calls().filter(({ agentId }) => agentId !== null);
  const pairs = talks.flatMap((one) =>
    talks
      .filter(({ id, agentId }) => id !== one.id && agentId === one.agentId)
      .map(({ id }) => ({ one, id })),
  );
  const pair = random.pick(pairs);
  if (!pair?.one.agentId) return;
  const asked = { agentId: pair.one.agentId, callId: pair.one.id, dialled: '', with: pair.id };
  if (!('refused' in centre.engine.phones.refer(asked))) reached.add('talks joined');
}

/** A phone has our 200 and takes the place of another: of its person's, or of one that rings. */
export function takesOver(scene: TransferScene): void {
  const { centre, random, reached } = scene;
  const { telephony, engine } = centre;
  const lines = [...telephony.legs].flatMap(([legId, leg]) => {
    const agentId = agentDialled(leg);
    const callId = leg.dial?.callId;
    if (agentId === undefined || callId === undefined || telephony.toldToEnd.has(legId)) return [];
    return [{ legId, callId, agentId, rings: leg.state !== 'answered' }];
  });
  const line = random.pick(lines);
  if (!line) return;
  const agentId = line.rings ? scene.anyone() : line.agentId;
  const asked = { ...line, agentId, phoneId: `phone-${agentId}` };
  if (engine.phones.mayReplace(asked) !== null) return;
  const own = centre.id();
  telephony.dial({
    ...{ type: 'leg.dial', legId: own, callId: line.callId, from: '', displayName: '' },
    ...{ to: { kind: 'phone', agentId, phoneId: 'another' }, towards: null },
  });
  // Nobody knows it yet, but should the app fall now, it is there.
  telephony.answered(own);
  if (engine.phones.replace(asked, own) !== null) return;
  reached.add(line.rings ? 'call taken' : 'talk taken over');
  telephony.answered(own);
}

/** Somebody who has a part in it: its agent, the colleague who was called, or whom the agent asks. */
export function hangsUpAtDesk({ centre, random, reached }: TransferScene): void {
  const call = random.pick(centre.engine.calls());
  const people = [call?.agentId, call?.colleagueId, call?.consult?.agentId];
  const agentId = random.pick(people.filter((id) => id !== undefined && id !== null));
  if (!call || agentId === undefined) return;
  if (centre.engine.hangUp(agentId, call.id) === null) reached.add('hung up at a desk');
}

export function nailedUp({ centre, random }: TransferScene): void {
  const { nailed } = centre.telephony;
  const agentId = random.pick([...nailed.keys()].filter((id) => !nailed.get(id)?.stands));
  if (agentId !== undefined) centre.telephony.nailedUp(agentId);
}

/** With whatever is talked over it. */
export function nailedEnds({ centre, random, reached }: TransferScene): void {
  const { telephony } = centre;
  const agentId = random.pick([...telephony.nailed.keys()]);
  if (agentId === undefined) return;
  for (const [legId, leg] of telephony.legs)
    if (nailedAgent(leg) === agentId) {
      part(centre, legId);
      reached.add('own leg ended in a talk');
    }
  telephony.nailedEnds(agentId, random.pick(['hangup', 'unreachable'] as const) ?? 'hangup');
}
