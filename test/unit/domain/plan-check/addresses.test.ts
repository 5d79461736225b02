import { isContact, isIpv6, isSource } from '../../../../src/domain/plan-check/addresses';

test.each([
  '127.0.0.1',
  '127.0.0.1:5060',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '::1',
  '2001:db8::/32',
  '[2001:db8::1]:5060',
])('%p can be the source of a trunk', (text) => {
  expect(isSource(text)).toBe(true);
});

test.each([
  '',
  'localhost',
  '127.0.0',
  '127.0.0.256',
  '01.2.3.4',
  '127.0.0.1:0',
  '127.0.0.1:65536',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '::1/129',
  '[127.0.0.1]:5060',
  '[::1]',
  ' 127.0.0.1',
])('%p cannot be the source of a trunk', (text) => {
  expect(isSource(text)).toBe(false);
});

test.each([
  ['::', true],
  ['::1', true],
  ['1:2:3:4:5:6:7:8', true],
  ['1::8', true],
  ['::ffff:10.0.0.1', true],
  ['1:2:3:4:5:6:10.0.0.1', true],
  ['1:2:3:4:5:6:7', false],
  ['1:2:3:4:5:6:7:8:9', false],
  ['1::2::3', false],
  ['12345::', false],
  ['1:2:3:4:5:6:7::8', false],
  ['::10.0.0', false],
  ['g::', false],
])('%p as an IPv6 address: %p (RFC 4291 section 2.2)', (text, expected) => {
  expect(isIpv6(text)).toBe(expected);
});

test.each([
  'sip:a02@127.0.0.1:5190',
  'sip:127.0.0.1',
  'sip:a02@phone.example.com',
  'sip:a02@phone;transport=tcp',
  'sips:a02@[2001:db8::1]:5061',
])('%p can be the contact of a phone', (text) => {
  expect(isContact(text)).toBe(true);
});

test.each([
  '',
  'a02@127.0.0.1',
  'tel:+8613800138000',
  'sip:',
  'sip:a02@',
  'sip:a02@127.0.0.256',
  'sip:a02@127.0.0.1:99999',
  'sip:a02@[::g]',
  'sip:a02@-host',
  '<sip:a02@127.0.0.1>',
  'sip:a b@127.0.0.1',
])('%p cannot be the contact of a phone', (text) => {
  expect(isContact(text)).toBe(false);
});
