import { App } from '../../../../sip/gateway/app';
import type { AppConnection } from '../../../../sip/gateway/app-connection';
import { Routes } from '../../../../sip/gateway/routes';

/** An app with one connection that can be closed. */
function app(name?: string): { app: App; connection: AppConnection & { open: boolean } } {
  const made = new App(name);
  const connection = { open: true } as AppConnection & { open: boolean };
  made.connections.push(connection);
  return { app: made, connection };
}

test('requests go round, each method counted apart', () => {
  const routes = new Routes();
  const [a, b] = [app(), app()];
  for (const { app: owner, connection } of [a, b]) routes.add('invite', owner, connection);
  routes.add('options', a.app, a.connection);
  const picks = [1, 2, 3].map(() => routes.pick('invite'));
  expect(picks).toEqual([a.app, b.app, a.app]);
  expect(routes.pick('options')).toBe(a.app);
  expect(routes.pick('register')).toBeUndefined();
});

test('registering twice gives no second turn', () => {
  const routes = new Routes();
  const [a, b] = [app(), app()];
  routes.add('invite', a.app, a.connection);
  routes.add('invite', a.app, a.connection);
  routes.add('invite', b.app, b.connection);
  expect([1, 2, 3, 4].map(() => routes.pick('invite'))).toEqual([a.app, b.app, a.app, b.app]);
});

test('closed connections are passed over, and a removed verb is only that verb', () => {
  const routes = new Routes();
  const [a, b] = [app(), app()];
  for (const { app: owner, connection } of [a, b]) routes.add('invite', owner, connection);
  routes.add('options', b.app, b.connection);
  a.connection.open = false;
  expect(routes.pick('invite')).toBe(b.app);
  routes.remove('invite', b.connection);
  expect(routes.pick('invite')).toBeUndefined();
  expect(routes.pick('options')).toBe(b.app);
});

test('of an app with two connections only the newest gets requests', () => {
  const routes = new Routes();
  const a = app('cell');
  routes.add('invite', a.app, a.connection);
  const newer = { open: true } as AppConnection;
  a.app.connections.push(newer);
  expect(routes.pick('invite')).toBeUndefined();
  routes.add('invite', a.app, newer);
  expect(routes.pick('invite')).toBe(a.app);
});

test('with a tag requests go round among those that gave it, each tag counted apart', () => {
  const routes = new Routes();
  const all = [['a', 'red'], ['b', 'blue'], ['c', 'red'], ['d', 'blue'], []].map((tags) => {
    const made = app(tags[0]);
    made.connection.tags = tags;
    routes.add('invite', made.app, made.connection);
    return made.app;
  });
  const tags = ['red', 'blue', 'red', 'blue', 'red'];
  expect(tags.map((tag) => all.indexOf(routes.pick('invite', tag) as App))).toEqual([
    0, 1, 2, 3, 0,
  ]);
  expect(routes.pick('invite', 'd')).toBe(all[3]);
  expect(routes.pick('invite', 'green')).toBeUndefined();
  expect(routes.pick('options', 'red')).toBeUndefined();
  expect(routes.pick('invite')).toBe(all[0]);
});

test('a closed connection with the tag is passed over', () => {
  const routes = new Routes();
  const [a, b] = [app('a'), app('b')];
  for (const { app: owner, connection } of [a, b]) {
    connection.tags = ['red'];
    routes.add('invite', owner, connection);
  }
  a.connection.open = false;
  expect([1, 2].map(() => routes.pick('invite', 'red'))).toEqual([b.app, b.app]);
});
