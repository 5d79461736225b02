import { randomUUID } from 'node:crypto';
import type { EdgeHotline, ServedCaller } from '../../control/protocol';
import type { App } from '../app';
import type { Context } from '../context';
import type { IncomingRequest } from '../incoming-request';
import type { Served, ServedFile } from './served-file';

/** A hotline that an INVITE calls, and the trunk that it came by. */
export interface Target {
  hotline: EdgeHotline;
  trunkId: string;
}

/**
 * The callers for whom the edge answered in its app's place, whatever became of them: on disk first, and told to the
 * app when it is there and they have gone.
 */
export class ServedCallers {
  private readonly told = new Set<string>();
  /** Ids of those of whom it is not yet known how they end. */
  private readonly live = new Set<string>();

  constructor(
    private readonly context: Context,
    private readonly file: ServedFile,
  ) {}

  /** He may be changed until `over`. `onDisk` false: then nothing may be promised. */
  begin(
    incoming: IncomingRequest,
    app: App,
    { hotline, trunkId }: Target,
    outcome: Pick<ServedCaller, 'answeredAt' | 'result'>,
  ): { served: Served; onDisk: Promise<boolean> } {
    const caller: ServedCaller = {
      invite: Buffer.from(incoming.request.text, 'latin1').toString('utf8'),
      hotline: hotline.number,
      trunkId,
      note: incoming.note,
      arrivedAt: incoming.arrivedAt,
      endedAt: this.context.now(),
      ...outcome,
    };
    const served = { id: randomUUID(), app: app.name ?? '', caller };
    this.live.add(served.id);
    return { served, onDisk: this.keep(served) };
  }

  /** He has gone, then or now. */
  over(served: Served, app: App, endedAt = this.context.now()): void {
    served.caller.endedAt = endedAt;
    this.live.delete(served.id);
    void this.keep(served);
    this.tell(app);
  }

  /** Tells a present app of those it has not acknowledged, each once in this edge's life. */
  tell(app: App): void {
    const { control } = this.context;
    if (app.name === undefined || app.lostAt !== undefined || control === undefined) return;
    for (const { id, caller } of this.file.of(app.name)) {
      if (this.told.has(id) || this.live.has(id)) continue;
      this.told.add(id);
      control.tellApp(app.name, { event: 'caller.served', id, ...caller }, () => {
        this.told.delete(id);
        this.file.done(id);
      });
    }
  }

  private keep(served: Served): Promise<boolean> {
    return this.file.keep(served).then(
      () => true,
      (err: unknown) => {
        this.context.log.error({ err }, 'a served caller was not written down');
        return false;
      },
    );
  }
}
