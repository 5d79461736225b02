import { readRefer } from '../../../src/telephony/refer-request';

const request = (referTo?: string) => ({
  has: (name: string) => name === 'Refer-To' && referTo !== undefined,
  get: () => referTo ?? '',
});

const dialog = { callId: 'a@b', ourTag: 't1', theirTag: 'f1', earlyOnly: false };

test.each([
  ['<sip:8003@openline;user=phone>', { is: 'blind', dialled: '8003' }],
  ['"Wang, X" <sip:8003@x>;method=INVITE', { is: 'blind', dialled: '8003' }],
  ['sip:sales@x;method=INVITE', { is: 'blind', dialled: 'sales' }],
  ['<tel:+8613800001111>', { is: 'blind', dialled: '+8613800001111' }],
  [
    '<sip:8003@x?Replaces=a%40b%3Bto-tag%3Dt1%3Bfrom-tag%3Df1>',
    { is: 'attended', dialled: '8003', replaces: dialog },
  ],
  [
    '<sip:x?Require=replaces&Replaces=a%40b%3Bfrom-tag%3Df1%3Bto-tag%3Dt1%3Bearly-only>',
    { is: 'attended', dialled: '', replaces: { ...dialog, earlyOnly: true } },
  ],
  [undefined, { is: 'refused', status: 400 }],
  ['', { is: 'refused', status: 400 }],
  ['<sip:8003@x>, <sip:8001@x>', { is: 'refused', status: 400 }],
  ['<http://x/8003>', { is: 'refused', status: 400 }],
  ['<sip:openline>', { is: 'refused', status: 400 }],
  ['<sip:8003@x;method=BYE>', { is: 'refused', status: 501 }],
  ['<sip:8003@x?Replaces=a%40b%3Bto-tag%3Dt1>', { is: 'refused', status: 400 }],
  ['<sip:8003@x?Replaces=%E0%A4%A>', { is: 'refused', status: 400 }],
])('Refer-To: %s', (referTo, expected) => {
  expect(readRefer(request(referTo))).toEqual(expected);
});
