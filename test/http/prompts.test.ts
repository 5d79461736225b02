import { CodedError } from '../../src/domain/errors';
import { startHttp } from '../support/http';

test('what came of reading the prompts again is told, and who asked is noted', async () => {
  const reloaded = { own: 3, unusable: [{ file: '/x/en/hold.wav', reason: 'not a WAV file' }] };
  const http = startHttp({ deps: { prompts: { reload: async () => reloaded } } });
  const response = await http.ask('zhao', 'POST', '/api/prompts/reload');
  expect([response.statusCode, response.json()]).toEqual([200, reloaded]);
  expect(http.audited).toEqual([{ who: 'zhao', what: 'prompts.reloaded', subject: 'edge' }]);
  await http.close();
});

test('an edge that is away is told as such; that it was asked is noted first', async () => {
  const reload = async () => Promise.reject(new CodedError('EDGE_AWAY'));
  const http = startHttp({ deps: { prompts: { reload } } });
  const response = await http.ask('zhao', 'POST', '/api/prompts/reload');
  expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([503, 'EDGE_AWAY']);
  expect(http.audited).toEqual([{ who: 'zhao', what: 'prompts.reloaded', subject: 'edge' }]);
  await http.close();
});
