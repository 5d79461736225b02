/**
 * Which endpoints of a worker hear each other. An endpoint is in one conversation at most. Two who talk
 * alone pass each other's packets on undecoded; a mix runs only while there are more (talk.ts says who
 * hears whom), or one of them hears a prompt. Who is out of a conversation hears silence.
 */
import { MediaFailure } from '../failure';
import { Talk, type MonitorMode } from '../talk';
import { ticks } from './clock';
import type { Endpoint, Play } from './endpoint';
import { Mix } from './mix';

interface Conversation {
  talk: Talk<Endpoint>;
  /** Null while packets pass directly. */
  mix: Mix | null;
}

export class Conversations {
  private readonly byMember = new Map<Endpoint, Conversation>();
  private readonly mixed = new Set<Conversation>();

  /** Both hear each other from now on; any play on either is cut, any other conversation is left. */
  bridge(a: Endpoint, b: Endpoint): void {
    if (this.byMember.get(a)?.talk.isOf(a, b) === true) return;
    for (const end of [a, b]) this.leave(end);
    const conversation: Conversation = { talk: new Talk([a, b]), mix: null };
    this.byMember.set(a, conversation).set(b, conversation);
    this.connect(a, b);
  }

  /** Takes `a` out of the conversation in which both are parties, if there is one. */
  unbridge(a: Endpoint, b: Endpoint): void {
    const { talk } = this.byMember.get(a) ?? {};
    if (talk?.isParty(a) === true && talk.isParty(b)) this.leave(a);
  }

  /** A third party, equal to the others. Throws `bad-request` when `on` talks with nobody. */
  confer(endpoint: Endpoint, on: Endpoint): void {
    const conversation = this.of(on);
    if (conversation.talk.isParty(endpoint)) return;
    this.enter(endpoint, conversation, () => conversation.talk.join(endpoint));
  }

  /**
   * Attends the party `on`, or does so in another mode from the next frame on. Throws `bad-request` when
   * `on` talks with nobody, or the endpoint is a party itself.
   */
  monitor(endpoint: Endpoint, on: Endpoint, mode: MonitorMode): void {
    const conversation = this.of(on);
    const { talk } = conversation;
    if (talk.isParty(endpoint)) throw new MediaFailure('bad-request', 'a party cannot monitor');
    if (talk.monitoring(endpoint) !== null) talk.monitor(endpoint, { on, mode });
    else this.enter(endpoint, conversation, () => talk.monitor(endpoint, { on, mode }));
  }

  /** Another mode. Throws `bad-request` when the endpoint monitors nobody. */
  change(endpoint: Endpoint, mode: MonitorMode): void {
    const talk = this.byMember.get(endpoint)?.talk;
    const monitoring = talk?.monitoring(endpoint) ?? null;
    if (talk === undefined || monitoring === null) {
      throw new MediaFailure('bad-request', 'monitors nobody');
    }
    talk.monitor(endpoint, { on: monitoring.on, mode });
  }

  /**
   * Mixes a prompt into what this member hears, and he alone; without its `then`. It is cut when he leaves.
   * Throws `bad-request` when the endpoint is in no conversation.
   */
  prompt(endpoint: Endpoint, play: Play): void {
    const conversation = this.byMember.get(endpoint);
    if (conversation === undefined) throw new MediaFailure('bad-request', 'talks with nobody');
    endpoint.startMixed(play);
    conversation.mix ??= this.startMix(conversation);
  }

  /** Ends the endpoint's part. Two parties who are left talk on; one who is left hears silence. */
  leave(endpoint: Endpoint): void {
    const conversation = this.byMember.get(endpoint);
    if (conversation === undefined) return;
    const { talk, mix } = conversation;
    const out = talk.leave(endpoint);
    for (const member of out) {
      this.byMember.delete(member);
      mix?.remove(member);
      member.disengage();
    }
    this.settle(conversation);
  }

  /** Those who hear the endpoint. */
  listenersOf(speaker: Endpoint): Endpoint[] {
    const { talk } = this.byMember.get(speaker) ?? {};
    return talk?.members.filter((member) => talk.hears(member, speaker)) ?? [];
  }

  /** Once per frame. */
  tick(now: number, resumed: boolean): void {
    for (const conversation of this.mixed) {
      conversation.mix?.tick(now, resumed);
      this.settle(conversation);
    }
  }

  private enter(endpoint: Endpoint, conversation: Conversation, join: () => void): void {
    this.leave(endpoint);
    join();
    this.byMember.set(endpoint, conversation);
    conversation.mix ??= this.startMix(conversation);
    conversation.mix.add(endpoint);
  }

  private startMix(conversation: Conversation): Mix {
    this.mixed.add(conversation);
    return new Mix(conversation.talk);
  }

  /** Ends a mix that nobody needs any more: packets of two who are left pass directly again. */
  private settle(conversation: Conversation): void {
    const { talk, mix } = conversation;
    const isOver = talk.parties.length === 0;
    const isDirect = talk.isPlain && !talk.parties.some((party) => party.hearsPrompt);
    if (mix === null || !(isOver || isDirect)) return;
    this.mixed.delete(conversation);
    conversation.mix = null;
    if (isOver) return;
    mix.end(ticks());
    this.connect(...(talk.parties as [Endpoint, Endpoint]));
  }

  /** Who came while a mix was still warming has a sound of ours until now. */
  private connect(a: Endpoint, b: Endpoint): void {
    for (const end of [a, b]) end.engage();
    a.speakTo(b.sender);
    b.speakTo(a.sender);
  }

  private of(party: Endpoint): Conversation {
    const conversation = this.byMember.get(party);
    if (conversation?.talk.isParty(party) !== true) {
      throw new MediaFailure('bad-request', 'talks with nobody');
    }
    return conversation;
  }
}
