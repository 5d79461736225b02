/**
 * Which connection may do what: that of the claim's holder all, others of a claimed cell only read. In a cell that
 * nobody claimed the newest connection of a name may do all.
 */
import type { Apps } from './apps';
import type { Claims } from './claims';
import { isReading } from './commands';
import type { ControlConnection } from './connection';
import { ControlFailure } from './failure';
import type { CommandName, Empty, Params, Result } from './protocol';

export class Claimants {
  /** By life, the newest connection. */
  private readonly connections = new Map<string, ControlConnection>();
  /** Said at their beginning that they will ask. */
  private readonly asking = new WeakSet<ControlConnection>();

  constructor(
    private readonly claims: Claims,
    private readonly apps: Apps,
  ) {
    claims.listen({ cut: (_cell, life) => this.connections.get(life)?.close() });
  }

  arrived(app: string, connection: ControlConnection, claims: boolean): void {
    if (claims) this.asking.add(connection);
    else if (this.claims.epochOf(app) === 0) this.apps.connected(app, connection);
  }

  ask(
    app: string,
    connection: ControlConnection,
    asked: Params<'claim'>,
  ): Promise<Result<'claim'>> {
    if (connection.life !== null && connection.life !== asked.life) {
      throw new ControlFailure('bad-request', 'a connection is of one life');
    }
    connection.life = asked.life;
    this.connections.set(asked.life, connection);
    return this.claims.ask(app, asked);
  }

  /** It has been told. Older connections of the cell are closed, and it gets what was kept for the cell. */
  given(app: string, connection: ControlConnection): void {
    if (this.has(app, connection)) this.apps.connected(app, connection);
  }

  /** Throws `no-claim`. */
  check(app: string, connection: ControlConnection, command: CommandName): void {
    const isClaimed = this.asking.has(connection) || this.claims.epochOf(app) > 0;
    if (!isClaimed || isReading(command) || this.has(app, connection)) return;
    throw new ControlFailure('no-claim', `the cell ${app} is not claimed by this app`);
  }

  release(app: string, connection: ControlConnection): Empty {
    if (this.has(app, connection)) this.claims.release(app, connection.life ?? '');
    return {};
  }

  gone(app: string, connection: ControlConnection): void {
    this.apps.disconnected(app, connection);
    const { life } = connection;
    if (life === null || this.connections.get(life) !== connection) return;
    this.connections.delete(life);
    this.claims.gone(app, life);
  }

  private has(app: string, { life }: ControlConnection): boolean {
    return life !== null && this.claims.isHolder(app, life);
  }
}
