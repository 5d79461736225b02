import type { FlowDirectory } from '../control/ports';
import type { FlowPlace } from '../control/protocol';
import type { Flow } from '../transport/flow';
import type { App } from './app';
import type { Context } from './context';

/**
 * Tells apps of connections that ended by which phones had registered with them: nobody else notices
 * before something is sent there, and a call offered until then rings nowhere.
 */
export class EndedFlows implements FlowDirectory {
  /** By the flow's id: who accepted a REGISTER by it last. */
  private readonly watched = new Map<string, App>();

  constructor(private readonly context: () => Pick<Context, 'network' | 'control'>) {}

  /** The app accepted a REGISTER that came by this flow. */
  watch(flow: Flow, app: App): void {
    if (!flow.onEnd) return;
    const isNew = !this.watched.has(flow.id);
    this.watched.set(flow.id, app);
    if (isNew) flow.onEnd(() => this.ended(flow));
  }

  private ended(flow: Flow): void {
    const app = this.watched.get(flow.id);
    this.watched.delete(flow.id);
    // Who is away asks for it after its return.
    if (app?.name === undefined || !app.present) return;
    const { address, port } = flow;
    this.context().control?.tellApp(app.name, { event: 'flow.ended', address, port });
  }

  endedOf(flows: readonly FlowPlace[]): FlowPlace[] {
    return flows.filter(({ address, port }) => !this.context().network.isLive(address, port));
  }
}
