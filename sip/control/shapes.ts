/**
 * Decides whether what a client sent is a command with the params that protocol.ts promises. Ids are
 * bounded, notes at most 1 KB, so that nothing behind this line has to look again.
 */
import { ControlFailure } from './failure';
import type { CommandLine, CommandName, Params } from './protocol';

type Check = (value: unknown) => boolean;

const MAX_ID = 200;
const MAX_NOTE_BYTES = 1024;
const MAX_PRESS_MS = 10_000;
/** Addresses and networks of one trunk; flows that are asked about at a time. */
const MAX_PLACES = 1000;

const text: Check = (value) => typeof value === 'string';
const id: Check = (value) => typeof value === 'string' && value !== '' && value.length <= MAX_ID;
const flag: Check = (value) => typeof value === 'boolean';
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const ids: Check = (value) => Array.isArray(value) && value.every(id);
/** Keys, and parts of sentences, whose values are looked at where they are said. */
const prompts: Check = (value) =>
  Array.isArray(value) &&
  value.every((one) => id(one) || (typeof one === 'object' && one !== null));
const keys: Check = (value) => typeof value === 'string' && /^[0-9*#A-D]{0,16}$/.test(value);
const places: Check = (value) => ids(value) && (value as unknown[]).length <= MAX_PLACES;
const hotlines: Check = (value) =>
  Array.isArray(value) && value.every((one) => hasShape(one, { number: id, language: id }));
const SOURCES: readonly unknown[] = ['uri', 'to', 'called-party', 'diversion'];
const sources: Check = (value) =>
  Array.isArray(value) && value.every((one: unknown) => SOURCES.includes(one));
/** A rule's pattern has at most 64 characters, its expression ten for each. */
const expression: Check = (value) =>
  typeof value === 'string' && value.length <= 1000 && isExpression(value);
const rules: Check = (value) =>
  Array.isArray(value) &&
  value.every((one) => hasShape(one, { match: expression, replace: text, goesOn: flag }));
const called: Check = (value) =>
  hasShape(value, { sources: optional(sources), rules: optional(rules) });
const trunks: Check = (value) =>
  Array.isArray(value) &&
  value.every((one) =>
    hasShape(one, { id, from: ids, contact: optional(id), called: optional(called) }),
  );
const flows: Check = (value) =>
  Array.isArray(value) &&
  value.length <= MAX_PLACES &&
  value.every((one) => hasShape(one, { address: id, port: count }));
const note: Check = (value) =>
  typeof value === 'string' && Buffer.byteLength(value) <= MAX_NOTE_BYTES;
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const pressed: Check = (value) => typeof value === 'string' && /^[0-9*#A-D]{1,64}$/.test(value);
const pressMs: Check = (value) => count(value) && (value as number) <= MAX_PRESS_MS;
const key: Check = (value) => pressed(value) && (value as string).length === 1;
const then: Check = (value) => value === 'music' || value === 'silence';
const PURPOSES: readonly unknown[] = ['caller', 'talk', 'announcement', 'help'];
const purpose: Check = (value) => PURPOSES.includes(value);
const mode: Check = (value) => value === 'listen' || value === 'whisper' || value === 'barge';

type Shapes = { [C in CommandName]: { [P in keyof Required<Params<C>>]: Check } };

const SHAPES: Shapes = {
  hello: { secret: text, app: id, claims: optional(flag) },
  claim: { life: id, process: optional(id), had: optional(count), above: optional(count) },
  'claim.release': {},
  ack: { seq: count },
  reattached: {},
  hotlines: { hotlines, trunks },
  'guard.list': {},
  'guard.unblock': { address: id },
  'flow.check': { flows },
  'dialog.list': {},
  'dialog.note': {
    dialogId: id,
    session: optional(id),
    endpoint: optional(id),
    note,
    recover: optional(flag),
  },
  'invite.note': {
    callId: text,
    fromTag: text,
    session: optional(id),
    endpoint: optional(id),
    note,
    recover: optional(flag),
  },
  'session.list': {},
  'session.note': { session: id, note },
  'session.close': { session: id },
  'endpoint.answer': {
    ...{ session: id, endpoint: id, offer: text },
    ...{ from: optional(places), near: optional(id), purpose: optional(purpose) },
  },
  'endpoint.offer': {
    session: id,
    endpoint: id,
    like: optional(id),
    from: optional(places),
    secure: optional(flag),
    near: optional(id),
    purpose: optional(purpose),
  },
  'endpoint.move': { session: id, endpoint: id, to: id },
  'endpoint.accept': { session: id, endpoint: id, answer: text },
  'endpoint.close': { session: id, endpoint: id },
  'endpoint.play': {
    ...{
      session: id,
      endpoint: id,
      play: id,
      prompts,
      language: id,
      otherwise: optional(id),
      then,
    },
    interrupt: optional(keys),
    mixed: optional(flag),
  },
  'prompts.reload': {},
  'endpoint.music': { session: id, endpoint: id },
  'endpoint.keys': { session: id, endpoint: id, relay: flag },
  'endpoint.hold': { session: id, endpoint: id, record: optional(flag) },
  'endpoint.mute': { session: id, endpoint: id, muted: flag },
  'endpoint.press': { session: id, endpoint: id, keys: pressed },
  'endpoint.pressed': { session: id, endpoint: id, key, durationMs: pressMs },
  bridge: { session: id, a: id, b: id },
  unbridge: { session: id, a: id, b: id },
  'conference.join': { session: id, endpoint: id, on: id },
  'conference.leave': { session: id, endpoint: id },
  'monitor.join': { session: id, endpoint: id, on: id, mode },
  'monitor.change': { session: id, endpoint: id, mode },
  'monitor.leave': { session: id, endpoint: id },
  'record.start': {
    ...{ session: id, recording: id, path: text, left: id, right: optional(id) },
    quietMs: optional(count),
  },
  'record.pause': { session: id, recording: id },
  'record.resume': { session: id, recording: id },
  'record.stop': { session: id, recording: id },
  'record.owed': { after: optional(count) },
  'record.fetched': { recording: id },
};

/** Reads one line of a client. Throws `bad-request` when it is no command line at all. */
export function readCommand(line: string): CommandLine {
  const value = parse(line);
  const { id: number, command, params } = value as Record<string, unknown>;
  if (!count(number) || typeof command !== 'string') {
    throw new ControlFailure(
      'bad-request',
      'expected {"id": number, "command": name, "params": {}}',
    );
  }
  return { id: number as number, command: command as CommandName, params: params ?? {} };
}

/** Throws `unknown-command`, or `bad-request` with the names of the params that are wrong. */
export function checkCommand({ command, params }: CommandLine): void {
  if (!Object.hasOwn(SHAPES, command)) throw new ControlFailure('unknown-command', command);
  if (typeof params !== 'object' || params === null) {
    throw new ControlFailure('bad-request', 'params must be an object');
  }
  const given = params as Record<string, unknown>;
  const wrong = Object.entries<Check>(SHAPES[command]).filter(
    ([name, check]) => !check(given[name]),
  );
  if (wrong.length > 0) {
    throw new ControlFailure('bad-request', `wrong: ${wrong.map(([name]) => name).join(', ')}`);
  }
}

function isExpression(value: string): boolean {
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

function hasShape(value: unknown, shape: Record<string, Check>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as Record<string, unknown>;
  return Object.entries(shape).every(([name, check]) => check(given[name]));
}

function parse(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below like any other line that is no object.
  }
  throw new ControlFailure('bad-request', 'not a JSON object');
}
