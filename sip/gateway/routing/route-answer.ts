import { parseNameAddr } from '../../message/header-values';
import { parseUri } from '../../message/uri';
import { bracketed } from '../app-headers';
import { durationMs, TAG } from '../app-message';
import type { ProxyOrders } from '../proxy';
import { parseAppPlace, type AppPlace } from './outbound-routes';

/**
 * What an HTTP server wants done with a request: its JSON answer `{action, data}`, taken apart. Pure.
 * Texts come out as byte text, fit for a SIP message.
 */
export type RouteAnswer =
  | { action: 'reject'; status: number; reason: string | undefined }
  /** Contact values, at least one. */
  | { action: 'redirect'; contacts: string[] }
  | { action: 'proxy'; orders: ProxyOrders }
  /** To an app that we connect to. */
  | { action: 'connect'; place: AppPlace }
  /** To one of the apps that connected to us with this tag. */
  | { action: 'tag'; tag: string }
  | { action: 'invalid'; why: string };

/** A time for a target's first response, where the answer gives none. */
const PROVISIONAL_TIMEOUT = '5s';

export function readRouteAnswer(body: string): RouteAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return invalid('the answer is no JSON');
  }
  if (!isObject(answer)) return invalid('the answer is no object');
  const { action, data } = answer;
  if (!isObject(data)) return invalid('the answer has no data');
  switch (action) {
    case 'reject':
      return reject(data);
    case 'redirect':
      return redirect(data);
    case 'proxy':
      return proxy(data);
    case 'route':
      return route(data);
    default:
      return invalid('action is none of reject, redirect, proxy and route');
  }
}

type Data = Record<string, unknown>;

function reject({ status, reason }: Data): RouteAnswer {
  const inRange = typeof status === 'number' && status >= 300 && status <= 699;
  if (!inRange || !Number.isInteger(status)) return invalid('status is none from 300 to 699');
  if (reason === undefined || reason === null)
    return { action: 'reject', status, reason: undefined };
  const text = line(reason);
  return text === undefined
    ? invalid('reason is no line')
    : { action: 'reject', status, reason: text };
}

function redirect({ contact }: Data): RouteAnswer {
  const contacts = lines(contact);
  if (contacts === undefined || !contacts.every(isContact)) return invalid('contact is no URI');
  return { action: 'redirect', contacts: contacts.map(bracketed) };
}

function proxy(data: Data): RouteAnswer {
  const destinations = lines(data['destination']);
  if (destinations === undefined || destinations.some((uri) => parseUri(uri) === undefined)) {
    return invalid('destination is no SIP URI');
  }
  const { recordRoute = false, followRedirects = true, simultaneous = false } = data;
  // Known to drachtio-server and without effect there; so it is here.
  const { provisionalTimeout = PROVISIONAL_TIMEOUT, finalTimeout = '' } = data;
  if (!isBoolean(recordRoute) || !isBoolean(followRedirects) || !isBoolean(simultaneous)) {
    return invalid('recordRoute, followRedirects or simultaneous is not true or false');
  }
  if (!isDuration(provisionalTimeout) || !isDuration(finalTimeout)) {
    return invalid('a timeout is not like 5s or 1500ms');
  }
  const provisionalTimeoutMs = durationMs(provisionalTimeout);
  const how = { recordRoute, followRedirects, simultaneous, provisionalTimeoutMs };
  return { action: 'proxy', orders: { ...how, destinations, sip: '' } };
}

function route({ uri, tag }: Data): RouteAnswer {
  if (typeof uri === 'string') {
    const place = parseAppPlace(uri);
    return place === undefined ? invalid('uri is not host:port') : { action: 'connect', place };
  }
  if (typeof tag === 'string' && TAG.test(tag)) return { action: 'tag', tag };
  return invalid('route has neither uri nor tag');
}

function invalid(why: string): RouteAnswer {
  return { action: 'invalid', why };
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** Empty: no limit. */
function isDuration(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || durationMs(value) > 0);
}

function isContact(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\s<>]+$/i.test(parseNameAddr(value).uri);
}

/** A text or a list of texts, none of them empty and at least one. */
function lines(value: unknown): string[] | undefined {
  const all = (Array.isArray(value) ? value : [value]).map(line);
  if (all.length === 0) return undefined;
  return all.some((one) => one === undefined || one === '') ? undefined : (all as string[]);
}

/** One line as bytes: what holds a line break could write headers of its own. */
function line(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if ([...value].some((c) => c < ' ' || c === '\x7f')) return undefined;
  return Buffer.from(value.trim(), 'utf8').toString('latin1');
}
