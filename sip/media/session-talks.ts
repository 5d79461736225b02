/**
 * Which endpoints of a session are in conversation, as the main thread knows it after the worker carried
 * a command out. Keeps what worker/conversations.ts did; refuses nothing itself.
 */
import { Talk, type MonitorMode, type Monitoring } from './talk';

export class SessionTalks {
  private readonly byMember = new Map<string, Talk<string>>();

  /** The party that was there first of those whom this party talks with; null for monitors. */
  partnerOf(id: string): string | null {
    const talk = this.byMember.get(id);
    if (talk?.isParty(id) !== true) return null;
    return talk.parties.find((party) => party !== id) ?? null;
  }

  monitoring(id: string): Monitoring<string> | null {
    return this.byMember.get(id)?.monitoring(id) ?? null;
  }

  /** True for parties and monitors alike. */
  isIn(id: string): boolean {
    return this.byMember.has(id);
  }

  bridge(a: string, b: string): void {
    if (this.byMember.get(a)?.isOf(a, b) === true) return;
    this.leave(a);
    this.leave(b);
    const talk = new Talk([a, b]);
    this.byMember.set(a, talk).set(b, talk);
  }

  unbridge(a: string, b: string): void {
    const talk = this.byMember.get(a);
    if (talk?.isParty(a) === true && talk.isParty(b)) this.leave(a);
  }

  confer(id: string, on: string): void {
    const talk = this.byMember.get(on);
    if (talk === undefined || talk.isParty(id)) return;
    this.leave(id);
    talk.join(id);
    this.byMember.set(id, talk);
  }

  monitor(id: string, on: string, mode: MonitorMode): void {
    const talk = this.byMember.get(on);
    if (talk === undefined) return;
    if (this.byMember.get(id) !== talk) this.leave(id);
    talk.monitor(id, { on, mode });
    this.byMember.set(id, talk);
  }

  change(id: string, mode: MonitorMode): void {
    const monitoring = this.monitoring(id);
    if (monitoring !== null) this.monitor(id, monitoring.on, mode);
  }

  leave(id: string): void {
    for (const out of this.byMember.get(id)?.leave(id) ?? []) this.byMember.delete(out);
  }
}
