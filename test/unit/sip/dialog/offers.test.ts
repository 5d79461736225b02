import { refusalOf, type SessionRequest } from '../../../../sip/dialog/offers';

const reInvite = { method: 'INVITE', offers: true };
const offerless = { method: 'INVITE', offers: false };
const update = { method: 'UPDATE', offers: true };
const keepAlive = { method: 'UPDATE', offers: false };
const info = { method: 'INFO', offers: false };
const none: SessionRequest[] = [];

test.each([
  ['nothing else is open', update, none, none, undefined],
  ['theirs is open and of the same kind', reInvite, none, [offerless], 500],
  ['theirs is an UPDATE too', keepAlive, none, [keepAlive], 500],
  ['their offer of the other kind is not answered', update, none, [reInvite], 500],
  ['their offer waits, and this brings none', keepAlive, none, [reInvite], undefined],
  ['ours is on its way', update, [reInvite], none, 491],
  ['ours is on its way, and this brings none', keepAlive, [update], none, undefined],
  ['ours brings no offer', update, [offerless, info], none, undefined],
  ['two re-INVITEs cross: the app decides', reInvite, [reInvite], none, undefined],
] as const)('in a dialog where %s', (_when, request, ours, theirs, status) => {
  expect(refusalOf(request, { ours, theirs }, false)).toBe(status);
});

test.each([
  ['an UPDATE while the INVITE rings', update, none, [reInvite], undefined],
  ['a second UPDATE', update, none, [reInvite, update], 500],
  ['an INVITE again from who called', offerless, none, [reInvite], 500],
  ['an INVITE from who is being called', reInvite, none, none, 491],
] as const)('in an early dialog: %s', (_what, request, ours, theirs, status) => {
  expect(refusalOf(request, { ours, theirs }, true)).toBe(status);
});
