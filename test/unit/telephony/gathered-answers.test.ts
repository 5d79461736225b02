import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gatherAnswers, type Srf } from '../../../src/telephony/drachtio';
import { waitFor } from '../../support/wait';

let server: Server;
let edge: Socket;
let app: Socket;
let heard = '';

beforeEach(async () => {
  heard = '';
  server = createServer((socket) => {
    edge = socket.on('data', (chunk) => (heard += chunk.toString()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  app = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await Promise.all([once(app, 'connect'), once(server, 'connection')]);
  const srf = { app: { client: { _getDefaultSocket: () => app } } } as unknown as Srf;
  gatherAnswers(srf);
});
afterEach(() => {
  app.destroy();
  server.close();
});

test('what is said in the turn in which something came leaves as one, in its order', async () => {
  const held: number[] = [];
  app.on('data', () => {
    app.write('a');
    held.push(app.writableLength);
    void Promise.resolve().then(() => {
      app.write('b');
      held.push(app.writableLength);
    });
  });
  edge.write('?');
  await waitFor('both', () => heard === 'ab');
  expect(held).toEqual([1, 2]);
  edge.write('?');
  await waitFor('both again', () => heard === 'abab');
});

test('what is said at another time leaves at once', async () => {
  app.write('a');
  expect(app.writableLength).toBe(0);
  await waitFor('it', () => heard === 'a');
});

test('what is held leaves before the end', async () => {
  app.on('data', () => {
    app.write('a');
    app.end('b');
  });
  edge.write('?');
  await once(edge, 'end');
  expect(heard).toBe('ab');
});
