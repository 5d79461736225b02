import { hasNumber } from '../../../../sip/gateway/alone/caller';
import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import { isWithheld } from '../../../../src/domain/number/normalise';

const invite = (uri: string, ...lines: string[]): SipMessage =>
  parseMessage([`INVITE ${uri} SIP/2.0`, ...lines, '', ''].join('\r\n'), true) as SipMessage;
const from = (value: string, ...lines: string[]) =>
  invite('sip:400@openline', `From: ${value};tag=1`, ...lines);

test.each([
  ['a number in From', from('<sip:13800001111@carrier>'), true],
  ['a tel URI in From', from('<tel:+8613800001111>'), true],
  [
    'P-Asserted-Identity before From',
    from('<sip:anonymous@anonymous.invalid>', 'P-Asserted-Identity: <tel:+8613800001111>'),
    true,
  ],
  ['Privacy: id', from('<sip:13800001111@carrier>', 'Privacy: header; id'), false],
  ['another Privacy', from('<sip:13800001111@carrier>', 'Privacy: none'), true],
  ['no user part', from('<sip:carrier>'), false],
  ['no From', invite('sip:400@openline'), false],
])('%s', (_what, message, known) => {
  expect(hasNumber(message)).toBe(known);
});

/** Two layers that may not share code have the list: they must agree on whom they call back. */
test.each([
  'anonymous',
  'Anonymous',
  'restricted',
  'private',
  'withheld',
  'unavailable',
  'unknown',
  'asserted-id-unavailable',
  '',
  '13800001111',
  'nobody',
  'anonymous1',
])('the app and the edge agree whether "%s" withholds the number', (user) => {
  expect(hasNumber(from(`<sip:${user}@carrier>`))).toBe(!isWithheld(user));
});
