/**
 * With DRACHTIO_HOST the telephony tests take a server that runs already: here an edge of ours stands in for
 * it, and the edge under test has media only.
 */
import { outsideServer } from '../../support/outside';
import { Phone, SDP } from '../support/phone';

import { planWith, startEdge, startTestApp } from './support';

const NAMES = ['DRACHTIO_HOST', 'DRACHTIO_PORT', 'DRACHTIO_SECRET', 'DRACHTIO_SIP_PORT'];

afterEach(() => NAMES.forEach((name) => delete process.env[name]));

test('without it nothing is outside, and without its secret nothing goes', () => {
  expect(outsideServer({})).toBeNull();
  expect(() => outsideServer({ DRACHTIO_HOST: '10.0.0.9' })).toThrow('DRACHTIO_SECRET');
  expect(outsideServer({ DRACHTIO_HOST: '10.0.0.9', DRACHTIO_SECRET: 's' })).toEqual({
    ...{ drachtio: { host: '10.0.0.9', port: 9022 }, secret: 's', sipPort: 5060 },
  });
});

test('a call by the server outside is answered with the media of the edge under test', async () => {
  const server = await startEdge();
  const { host, port } = server.signalling.drachtio;
  const values = [host, String(port), 'cymru', String(server.udpPort)];
  NAMES.forEach((name, i) => (process.env[name] = values[i]));
  const edge = await startEdge();
  expect(edge.udpPort).toBe(server.udpPort);
  const app = await startTestApp(edge, { plan: planWith(5190) });
  const caller = await Phone.udp();
  caller.ask(edge.udpPort, { method: 'INVITE', body: SDP });
  const { legId, callId } = await app.next('call.arrived');
  app.telephony.answer(legId);
  expect((await caller.response(200, 'INVITE')).body).toContain('m=audio');
  expect(edge.media.list('cell:all').map(({ session }) => session)).toEqual([callId]);
  expect(() => edge.signalling.load()).toThrow('onlyOurs');
  caller.close();
  app.close();
  await edge.close();
  await server.close();
});
