import { startHttp } from '../support/http';
import type { TestHttp } from '../support/http';
import { lead, PLAN } from '../support/two-stores';

const FIXED = '+861082345678';
let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  http.rows.leads = [
    lead('lead-1', { number: FIXED }),
    lead('lead-2', { number: FIXED }),
    lead('lead-3', { number: '+8613800138000' }),
  ];
});
afterEach(() => http.close());

const ask = async (what: 'confirm' | 'unconfirm', id: string, who = 'wang') => {
  const response = await http.ask(who, 'POST', `/api/leads/${id}/${what}-number`);
  return response.statusCode === 204 ? null : (response.json<{ code: string }>().code as string);
};

test('an agent confirms that a fixed number is a lead’s own, and takes it back; both are audited', async () => {
  expect(await ask('confirm', 'lead-1')).toBeNull();
  expect(await ask('confirm', 'lead-2')).toBe('NUMBER_OF_ANOTHER');
  expect(http.rows.confirmed.get(`bj01 ${FIXED}`)).toBe('lead-1');
  expect(await ask('unconfirm', 'lead-2')).toBeNull();
  expect(http.rows.confirmed.size).toBe(1);
  expect(await ask('unconfirm', 'lead-1')).toBeNull();
  expect(http.rows.confirmed.size).toBe(0);
  expect(await ask('confirm', 'lead-2')).toBeNull();
  expect(http.audited).toEqual([
    { who: 'wang', what: 'number.confirmed', subject: 'lead-1' },
    { who: 'wang', what: 'number.unconfirmed', subject: 'lead-1' },
    { who: 'wang', what: 'number.confirmed', subject: 'lead-2' },
  ]);
});

test('a mobile number needs it not, a switchboard’s never has it, and of an unknown lead nothing is said', async () => {
  expect(await ask('confirm', 'lead-3')).toBe('NUMBER_IDENTIFIES');
  http.live.thePlan = { ...PLAN, numbers: { switchboards: ['010-82345678'] } };
  expect(await ask('confirm', 'lead-1')).toBe('NUMBER_OF_NOBODY');
  expect(await ask('confirm', 'lead-9')).toBe('UNKNOWN_LEAD');
  expect(http.audited).toEqual([]);
});
