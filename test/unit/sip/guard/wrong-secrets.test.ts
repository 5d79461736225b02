import {
  DELAY_MS,
  WITHIN_MS,
  WRONG_SECRETS,
  WrongSecrets,
} from '../../../../sip/guard/wrong-secrets';

function guessed(times: number, everyMs = 0): WrongSecrets {
  const secrets = new WrongSecrets();
  for (let i = 0; i < times; i++) secrets.wrong('192.0.2.1', i * everyMs);
  return secrets;
}

test('nine wrong secrets delay nobody, the tenth does, and only that address', () => {
  const secrets = guessed(WRONG_SECRETS - 1);
  expect(secrets.delayMs('192.0.2.1', 0)).toBe(0);
  secrets.wrong('192.0.2.1', 0);
  expect(secrets.delayMs('192.0.2.1', 0)).toBe(DELAY_MS);
  expect(secrets.delayMs('192.0.2.2', 0)).toBe(0);
});

test('ten within more than a minute are none', () => {
  const everyMs = WITHIN_MS / (WRONG_SECRETS - 1);
  expect(guessed(WRONG_SECRETS, everyMs).delayMs('192.0.2.1', WITHIN_MS)).toBe(0);
  expect(guessed(WRONG_SECRETS, everyMs - 1).delayMs('192.0.2.1', WITHIN_MS - 1)).toBe(DELAY_MS);
});

test('a minute later it is over', () => {
  const secrets = guessed(WRONG_SECRETS);
  expect(secrets.delayMs('192.0.2.1', WITHIN_MS - 1)).toBe(DELAY_MS);
  expect(secrets.delayMs('192.0.2.1', WITHIN_MS)).toBe(0);
});

test('the list names the address and how many connections had to wait', () => {
  const secrets = guessed(WRONG_SECRETS, 100);
  secrets.delayMs('192.0.2.1', 1000);
  secrets.delayMs('192.0.2.1', 1000);
  expect(secrets.held(1900)).toEqual([
    { address: '192.0.2.1', why: 'secret', forMs: 1000, leftMs: WITHIN_MS - 1900, dropped: 2 },
  ]);
  expect(secrets.held(WITHIN_MS)).toEqual([]);
  expect(secrets.release('192.0.2.2', 1900)).toBe(false);
  expect(secrets.release('192.0.2.1', 1900)).toBe(true);
  expect(secrets.delayMs('192.0.2.1', 1900)).toBe(0);
});

test('many guessers fill no memory', () => {
  const secrets = new WrongSecrets();
  for (let i = 0; i < 5000; i++) secrets.wrong(`${i}`, 0);
  expect(secrets.size).toBe(1000);
});
