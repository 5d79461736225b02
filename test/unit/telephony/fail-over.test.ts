import { isTriedElsewhere } from '../../../src/telephony/fail-over';

test.each([
  ['no answer', { status: 408 }, true],
  ['a refused connection', {}, true],
  ['an overload', { status: 503 }, true],
  ['a gateway that asks for a password', { status: 407 }, true],
  ['a full line, by Q.850', { status: 480, q850: 34 }, true],
  ['a full line of a user that rang', { status: 480, q850: 34, rang: true }, false],
  ['busy', { status: 486 }, false],
  ['busy, within a 503', { status: 503, q850: 17 }, false],
  ['a decline', { status: 603 }, false],
  ['an unknown number', { status: 404, q850: 1 }, false],
  ['a forbidden one', { status: 403 }, false],
  ['a redirection', { status: 302 }, false],
  ['our own CANCEL', { status: 487, q850: 41 }, false],
  ['a timeout of what rang', { status: 408, rang: true }, false],
  ['a refusal of help', { status: 403, urgent: true }, true],
  ['help that is busy, and rang', { status: 486, q850: 17, rang: true, urgent: true }, true],
  ['our own CANCEL of help', { status: 487, urgent: true }, false],
])('after %s', (_what, failed, elsewhere) => {
  expect(isTriedElsewhere({ rang: false, ...failed })).toBe(elsewhere);
});
