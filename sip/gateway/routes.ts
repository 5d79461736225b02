import type { App } from './app';
import type { AppConnection } from './app-connection';

interface Registration {
  app: App;
  connection: AppConnection;
}

/**
 * Which app gets a request outside dialogs: round robin over the connections that registered its
 * method, one counter a method. A connection registers a method once, however often it says so.
 */
export class Routes {
  private readonly byVerb = new Map<string, { list: Registration[]; next: number }>();

  add(verb: string, app: App, connection: AppConnection): void {
    const entry = this.byVerb.get(verb) ?? { list: [], next: 0 };
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

  /** The next app for the method; of an app with several connections only the newest counts. */
  pick(verb: string): App | undefined {
    const entry = this.byVerb.get(verb);
    if (entry === undefined) return undefined;
    for (let tried = 0; tried < entry.list.length; tried++) {
      const registration = entry.list[entry.next++ % entry.list.length];
      if (registration !== undefined && counts(registration)) return registration.app;
    }
    return undefined;
  }
}

function counts({ app, connection }: Registration): boolean {
  return connection.open && app.owner === connection;
}
