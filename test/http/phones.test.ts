import { ERRORS, type RefusalCode } from '../../src/domain/errors';
import { startHttp, tokenOf, type TestHttp } from '../support/http';

let http: TestHttp;
beforeAll(() => void (http = startHttp()));
afterEach(() => http.forget());
afterAll(() => http.close());

test('an agent signs in at a phone, and out there', async () => {
  const sat = await http.ask('wang', 'POST', '/api/phones/s1/sign-in');
  expect(sat.statusCode).toBe(200);
  expect(sat.json()).toMatchObject({ id: 'wang', seat: 's1' });
  expect((await http.ask('wang', 'POST', '/api/phones/s1/sign-out')).statusCode).toBe(204);
  expect(http.desk.asked).toEqual(['sit(s1) wang', 'freeSeat(s1) wang']);
});

test.each([
  ['SEAT_TAKEN', 409],
  ['NO_SUCH_PHONE', 404],
  ['NOBODY_THERE', 409],
] as [RefusalCode, number][])('%s is told with %i in either language', async (code, status) => {
  http.desk.refusal = code;
  for (const language of ['en', 'zh'] as const) {
    const refused = await http.app.inject({
      method: 'POST',
      url: '/api/phones/s1/sign-out',
      headers: { authorization: `Bearer ${tokenOf('wang')}`, 'accept-language': language },
    });
    expect(refused.statusCode).toBe(status);
    expect(refused.json()).toMatchObject({ code, message: ERRORS[code][language] });
  }
});
