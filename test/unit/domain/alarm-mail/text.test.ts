import { ALARMS } from '../../../../src/domain/alarm-catalogue';
import type { AlarmCode } from '../../../../src/domain/alarm';
import { mailsOf } from '../../../../src/domain/alarm-mail/text';
import { NOW, PLAN } from '../../../support/two-stores';

const receivers = { all: ['it@dealer.cn'], critical: ['boss@dealer.cn'] };
const one = (code: AlarmCode, over: object = {}) => ({
  ...{ alarms: [{ at: NOW, code, detail: 'of gateway 1', storeId: null, ...over }], more: 0 },
});
const withReceivers = (storeId: string, alarmMail: string[]) => ({
  ...PLAN,
  stores: PLAN.stores.map((store) => (store.id === storeId ? { ...store, alarmMail } : store)),
});

test.each(Object.keys(ALARMS) as AlarmCode[])('%s says what happened and what to do', (code) => {
  const [mail] = mailsOf(one(code, { storeId: 'bj01' }), PLAN, receivers);
  const { zh, en, whatToDo } = ALARMS[code];
  const flat = mail?.text ?? '';
  for (const text of [zh, en, whatToDo?.zh, whatToDo?.en, code, 'of gateway 1', 'bj01'])
    if (text !== undefined) expect(flat).toContain(text);
  expect(flat).toContain('2026-01-31 09:00:00 (Asia/Shanghai)');
  expect(mail?.subject).toMatch(/^\[Openline\] \S/);
});

test('critical ones, and their ends, go to more people', () => {
  const to = (code: AlarmCode) => mailsOf(one(code), PLAN, receivers)[0]?.to;
  expect(to('READ_ONLY')).toEqual(['it@dealer.cn', 'boss@dealer.cn']);
  expect(to('READ_ONLY_OVER')).toEqual(['it@dealer.cn', 'boss@dealer.cn']);
  expect(to('CLOCK_OFF')).toEqual(['it@dealer.cn']);
});

test("a store's receivers have what is that store's, once, and nothing else", () => {
  const digest = {
    alarms: ['bj01', 'sh01', null].map((storeId) => ({
      ...{ at: NOW, code: 'DIAL_LIMIT' as const, detail: `detail of ${storeId}`, storeId },
    })),
    more: 4,
  };
  const plan = withReceivers('sh01', ['sh@dealer.cn', 'it@dealer.cn']);
  const [ours, theirs, ...others] = mailsOf(digest, plan, receivers);
  expect(ours?.to).toEqual(['it@dealer.cn']);
  expect(ours?.subject).toContain('7 alarms');
  expect(ours?.text).toContain('and 4 more');
  expect([theirs?.to, others]).toEqual([['sh@dealer.cn'], []]);
  expect(theirs?.text).toContain('detail of sh01');
  expect(theirs?.text).not.toMatch(/bj01|null|more/);
});

test('nobody to be told, no mail', () => {
  expect(mailsOf(one('READ_ONLY'), PLAN, { all: [], critical: [] })).toEqual([]);
});

test('nothing from outside makes a line of its own, or hides what stands behind it', () => {
  const nasty = 'x\r\nBcc: thief@example.org\r\n\r\n<html>\u2028\u202e\0';
  const plan = { ...PLAN, stores: [{ id: 'bj01', name: nasty, timezone: 'Asia/Shanghai' }] };
  const [mail] = mailsOf(one('DIAL_LIMIT', { storeId: 'bj01', detail: nasty }), plan, receivers);
  // eslint-disable-next-line no-control-regex
  expect(mail?.subject).not.toMatch(/[\u0000-\u001f\u007f\u2028\u202e]/);
  expect(mail?.text.split('\n').some((line) => line.startsWith('Bcc'))).toBe(false);
  expect([...(mail?.subject ?? '')].length).toBeLessThanOrEqual(160);
});

test('of a telephone number only the ends leave the house; ids stay whole', () => {
  const id = '019b0c4e-9f1a-7c11-8000-138001380001';
  const detail = `+8613800138000, 13800138000, 010-82345678, recording ${id}`;
  const [mail] = mailsOf(one('EMERGENCY_CALL', { detail }), PLAN, receivers);
  expect(mail?.text).toContain(id);
  expect(mail?.text).not.toMatch(/13800138000(?!\d)/);
  expect(mail?.text).toContain('138****8000');
});
