import type { App } from './app';
import type { AppConnection } from './app-connection';

interface Registration {
  app: App;
  connection: AppConnection;
}

interface Turns {
  list: Registration[];
  /** Whose turn is next, by the tag that was asked for; `''` when none was. */
  next: Map<string, number>;
}

/**
 * Which app gets a request outside dialogs: round robin over the connections that registered its
 * method, one counter a method and tag. A connection registers a method once, however often it says
 * so.
 */
export class Routes {
  private readonly byVerb = new Map<string, Turns>();

  add(verb: string, app: App, connection: AppConnection): void {
    const entry: Turns = this.byVerb.get(verb) ?? { list: [], next: new Map() };
    this.byVerb.set(verb, entry);
    if (entry.list.some((r) => r.connection === connection)) return;
    entry.list.push({ app, connection });
  }

  remove(verb: string, connection: AppConnection): void {
    const entry = this.byVerb.get(verb);
    if (entry) entry.list = entry.list.filter((r) => r.connection !== connection);
  }

  removeAll(connection: AppConnection): void {
    for (const verb of this.byVerb.keys()) this.remove(verb, connection);
  }

  /** True when some app would get such a request now. */
  takes(verb: string): boolean {
    return this.byVerb.get(verb)?.list.some(counts) ?? false;
  }

  /**
   * The next app for the method; of an app with several connections only the newest counts. With a
   * tag, only connections that gave it, as any of theirs.
   */
  pick(verb: string, tag = ''): App | undefined {
    const entry = this.byVerb.get(verb);
    if (entry === undefined) return undefined;
    const { next } = entry;
    const list =
      tag === '' ? entry.list : entry.list.filter((r) => r.connection.tags.includes(tag));
    let turn = next.get(tag) ?? 0;
    for (let tried = 0; tried < list.length; tried++) {
      const registration = list[turn++ % list.length];
      if (registration !== undefined && counts(registration)) {
        next.set(tag, turn);
        return registration.app;
      }
    }
    next.delete(tag);
    return undefined;
  }
}

function counts({ app, connection }: Registration): boolean {
  return connection.open && app.owner === connection;
}
