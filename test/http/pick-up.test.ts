import { ERRORS, type RefusalCode } from '../../src/domain/errors';
import { startHttp, tokenOf, type TestHttp } from '../support/http';
import { call } from '../support/two-stores';

let http: TestHttp;
beforeAll(() => (http = startHttp()));
beforeEach(() => {
  http.live.theCalls = [call('call-1', { state: 'queued', agentId: null, outcome: null })];
});
afterEach(() => http.forget());
afterAll(() => http.close());

const ask = (language: string) =>
  http.app.inject({
    method: 'POST',
    url: '/api/calls/call-1/pick-up',
    headers: { authorization: `Bearer ${tokenOf('wang')}`, 'accept-language': language },
  });

test('an agent picks a call up and sees it offered to him', async () => {
  const response = await ask('en');
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ id: 'call-1', state: 'offered' });
  expect(http.desk.asked).toEqual(['pick-up wang call-1']);
});

const REFUSALS: RefusalCode[] = ['NOTHING_TO_PICK_UP', 'OCCUPIED_YOURSELF', 'PHONE_UNREACHABLE'];
test.each(REFUSALS)('he is refused with %s in either language', async (code) => {
  http.desk.refusal = code;
  const [english, chinese] = [await ask('en'), await ask('zh-CN')];
  expect(english.statusCode).toBe(409);
  expect(english.json()).toMatchObject({ code, message: ERRORS[code].en });
  expect(chinese.json()).toMatchObject({ code, message: ERRORS[code].zh });
});
