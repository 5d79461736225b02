import type { Random } from '../simulation/random';

/**
 * Makes bad inputs out of good ones. Works on byte text, so that a SIP message, a drachtio frame, an
 * RTP packet and a control line are all the same to it. Everything follows from the random source.
 */

/** What parsers of these protocols trip over. */
const TOKENS = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r\n ',
  '\0',
  ' ',
  '"',
  '\\',
  '<',
  '>',
  '@',
  '[',
  ']',
  ',',
  ';',
  '|',
  '#',
  ':',
  '=',
  '?',
  '%00',
  '\xff\xfe',
  '{',
  '}',
  'SIP/2.0',
  'z9hG4bK',
  ';tag=',
  ';rport;received=',
  'Via: ',
  'Content-Length: ',
  'l:',
  'a=rtpmap:',
  'm=audio ',
  '__proto__',
  'constructor',
];

const NUMBERS = ['0', '-1', '65536', '2147483648', '4294967296', '1e309', '99999999999999999999'];
/** No mutant is longer: limits are met by repetition, and a million inputs must stay quick. */
const LONGEST = 20_000;

type Mutator = (input: string, random: Random, other: string) => string;

const replaced = (input: string, at: number, gone: number, put: string): string =>
  input.slice(0, at) + put + input.slice(at + gone);

const MUTATORS: readonly Mutator[] = [
  function flipBit(input, random) {
    const at = random.below(input.length);
    const flipped = (input.charCodeAt(at) || 0) ^ (1 << random.below(8));
    return replaced(input, at, 1, String.fromCharCode(flipped & 0xff));
  },
  function cutOff(input, random) {
    return input.slice(0, random.below(input.length + 1));
  },
  function dropPart(input, random) {
    return replaced(input, random.below(input.length), random.below(40), '');
  },
  function insertToken(input, random) {
    return replaced(input, random.below(input.length + 1), 0, random.pick(TOKENS) ?? '');
  },
  function overwriteToken(input, random) {
    const token = random.pick(TOKENS) ?? '';
    return replaced(input, random.below(input.length + 1), token.length, token);
  },
  function repeatPart(input, random) {
    const at = random.below(input.length);
    const part = input.slice(at, at + 1 + random.below(60));
    return replaced(input, at, 0, part.repeat(1 + random.below(random.chance(0.02) ? 500 : 5)));
  },
  function changeNumber(input, random) {
    const numbers = [...input.matchAll(/\d+/g)];
    const chosen = random.pick(numbers);
    if (chosen === undefined) return input;
    return replaced(input, chosen.index, chosen[0].length, random.pick(NUMBERS) ?? '');
  },
  function swapLines(input, random) {
    const lines = input.split('\r\n');
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b] as string, lines[a] as string];
    return lines.join('\r\n');
  },
  function graft(input, random, other) {
    const at = random.below(other.length);
    const part = other.slice(at, at + random.below(200));
    return replaced(input, random.below(input.length + 1), random.below(20), part);
  },
];

/** One to six changes of `input`; `other` is a second good input to take parts of. */
export function mutate(input: string, other: string, random: Random): string {
  let mutant = input;
  for (let changes = 1 + random.below(6); changes > 0; changes--) {
    const mutator = random.pick(MUTATORS) as Mutator;
    mutant = mutator(mutant, random, other).slice(0, LONGEST);
  }
  return mutant;
}
