/**
 * Who is in one conversation and who hears whom: parties, who hear each other, and monitors, each of whom
 * attends one party. Pure; the main thread keeps it with names, a worker with endpoints.
 *
 * | speaks  | heard by                                     |
 * | ------- | -------------------------------------------- |
 * | party   | all other parties, all monitors              |
 * | listen  | nobody                                       |
 * | whisper | the party he attends                         |
 * | barge   | all parties, all other monitors              |
 */

/** What a monitor's voice reaches. */
export type MonitorMode = 'listen' | 'whisper' | 'barge';

export interface Monitoring<E> {
  on: E;
  mode: MonitorMode;
}

export class Talk<E> {
  private readonly monitors = new Map<E, Monitoring<E>>();

  constructor(readonly parties: E[]) {}

  /** Parties first, in the order they came. */
  get members(): E[] {
    return [...this.parties, ...this.monitors.keys()];
  }

  /** Two who hear each other and nobody else: their packets need no mixing. */
  get isPlain(): boolean {
    return this.parties.length === 2 && this.monitors.size === 0;
  }

  /** True when these two are its parties, and no others. */
  isOf(a: E, b: E): boolean {
    return this.parties.length === 2 && this.isParty(a) && this.isParty(b);
  }

  isParty(member: E): boolean {
    return this.parties.includes(member);
  }

  monitoring(member: E): Monitoring<E> | null {
    return this.monitors.get(member) ?? null;
  }

  /** Another equal party. */
  join(party: E): void {
    this.parties.push(party);
  }

  /** A monitor of a party, or another mode for one. */
  monitor(member: E, monitoring: Monitoring<E>): void {
    this.monitors.set(member, monitoring);
  }

  /**
   * Who is out when this member goes: himself, with a party those who attend it, and all when not two
   * parties are left.
   */
  leave(member: E): E[] {
    const before = this.members;
    this.monitors.delete(member);
    const at = this.parties.indexOf(member);
    if (at >= 0) this.parties.splice(at, 1);
    for (const [monitor, { on }] of this.monitors) if (on === member) this.monitors.delete(monitor);
    if (this.parties.length < 2) {
      this.parties.length = 0;
      this.monitors.clear();
    }
    const left = this.members;
    return before.filter((one) => !left.includes(one));
  }

  hears(listener: E, speaker: E): boolean {
    if (listener === speaker) return false;
    const speaks = this.monitors.get(speaker);
    if (speaks === undefined) return this.isParty(speaker);
    return speaks.mode === 'barge' || (speaks.mode === 'whisper' && speaks.on === listener);
  }
}
