/** Where push tells whose pages are connected; each is a fact. */
import type { AgentId, DesktopId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { DesktopPresence, Submit } from './ports';

/** See the head of this file. */
export class Presence implements DesktopPresence {
  constructor(
    private readonly submit: Submit,
    private readonly now: () => Instant,
  ) {}

  connected(agentId: AgentId, desktopId: DesktopId): void {
    this.submit({ type: 'desktop.connected', at: this.now(), agentId, desktopId });
  }

  lost(agentId: AgentId, desktopId: DesktopId): void {
    this.submit({ type: 'desktop.lost', at: this.now(), agentId, desktopId });
  }
}
