import { RegisteredFlows } from '../../../../sip/gateway/registered-flows';
import { parseMessage, type SipMessage } from '../../../../sip/message/sip-message';
import type { Flow, Target } from '../../../../sip/transport/flow';
import type { Network } from '../../../../sip/transport/network';

const flow = { protocol: 'ws', address: '192.0.2.1', port: 4711 } as Flow;
const NOW = 1_000_000;
const BROWSER = 'sip:a1b2@xyz.invalid;transport=ws';

/** A network in which that connection lives, or has died. */
const network = (lives = true) =>
  ({
    acceptedFrom: ({ port }: Target) => (lives && port === flow.port ? flow : undefined),
  }) as unknown as Network;

const message = (start: string, lines: string[]): SipMessage =>
  parseMessage([start, ...lines, '', ''].join('\r\n'), true) as SipMessage;
const register = (...lines: string[]) => message('REGISTER sip:openline SIP/2.0', lines);
const ok = (...lines: string[]) => message('SIP/2.0 200 OK', lines);

function learnt(request: SipMessage, response: SipMessage = ok()): RegisteredFlows {
  const flows = new RegisteredFlows();
  flows.learn(request, response, flow, NOW);
  return flows;
}

test('a Contact is called by the connection that registered it, whatever its parameters', () => {
  const flows = learnt(register(`Contact: "Ann" <${BROWSER};ob>;expires=60`));
  expect(flows.flowTo(BROWSER, network(), NOW + 59_000)).toBe(flow);
  expect(flows.flowTo('sip:a1b2@xyz.invalid', network(), NOW)).toBe(flow);
  expect(flows.flowTo('sip:other@xyz.invalid', network(), NOW)).toBeUndefined();
});

test.each([
  ['its own parameter', [`Contact: <${BROWSER}>;expires=60`], []],
  ['the Expires of the request', [`Contact: <${BROWSER}>`, 'Expires: 60'], []],
  [
    'what the app granted',
    [`Contact: <${BROWSER}>;expires=900`],
    [`Contact: <${BROWSER}>;expires=60`],
  ],
  [
    'the Expires of the answer',
    [`Contact: <${BROWSER}>`],
    [`Contact: <${BROWSER}>`, 'Expires: 60'],
  ],
])('it is forgotten after %s', (_what, asked, granted) => {
  const flows = learnt(register(...asked), ok(...granted));
  expect(flows.flowTo(BROWSER, network(), NOW + 59_999)).toBe(flow);
  expect(flows.flowTo(BROWSER, network(), NOW + 60_000)).toBeUndefined();
});

test('it dies with its connection, and with a registration of zero seconds', () => {
  const dead = learnt(register(`Contact: <${BROWSER}>`));
  expect(dead.flowTo(BROWSER, network(false), NOW)).toBeUndefined();
  const gone = learnt(register(`Contact: <${BROWSER}>`));
  gone.learn(register(`Contact: <${BROWSER}>;expires=0`), ok(), flow, NOW);
  expect(gone.flowTo(BROWSER, network(), NOW)).toBeUndefined();
});

test('several Contacts, a star and nonsense are taken as they come', () => {
  const flows = learnt(register('Contact: <sip:a@h.invalid>, <sip:b@h.invalid>', 'Contact: *'));
  expect(flows.flowTo('sip:b@h.invalid', network(), NOW)).toBe(flow);
  expect(flows.flowTo('tel:110', network(), NOW)).toBeUndefined();
});

describe('a subscription that came by a connection', () => {
  const subscribe = (...lines: string[]) => message('SUBSCRIBE sip:a@h SIP/2.0', lines);
  const other = { ...flow, id: 'other', port: 4712 } as Flow;
  const subscribed = (flows: RegisteredFlows, seconds: number, by = own) => {
    const request = subscribe(`Contact: <${BROWSER}>`, `Expires: ${seconds}`);
    flows.learnSubscriber({ request, response: ok(), flow: by }, both, NOW);
  };
  const own = { ...flow, id: 'own' } as Flow;
  /** Both connections live. */
  const both = {
    acceptedFrom: ({ port }: Target) => [own, other].find((one) => one.port === port),
  } as unknown as Network;

  test('is called by it until it expires, and longer after a refresh', () => {
    const flows = new RegisteredFlows();
    subscribed(flows, 60);
    expect(flows.flowTo(BROWSER, both, NOW + 59_999)).toBe(own);
    expect(flows.flowTo(BROWSER, both, NOW + 60_000)).toBeUndefined();
    subscribed(flows, 60);
    subscribed(flows, 90);
    expect(flows.flowTo(BROWSER, both, NOW + 89_999)).toBe(own);
  });

  test('takes no calls from the connection that registered, and shortens nothing', () => {
    const flows = learnt(register(`Contact: <${BROWSER}>;expires=600`));
    subscribed(flows, 900, other);
    subscribed(flows, 0);
    subscribed(flows, 60);
    expect(flows.flowTo(BROWSER, both, NOW + 599_999)).toBe(own);
    expect(flows.flowTo(BROWSER, both, NOW + 600_000)).toBeUndefined();
  });

  test('takes the place of a connection that has died', () => {
    const flows = new RegisteredFlows();
    subscribed(flows, 600, { ...flow, id: 'dead', port: 1 } as Flow);
    subscribed(flows, 60, other);
    expect(flows.flowTo(BROWSER, both, NOW)).toBe(other);
  });

  test('with a Contact that is no address is not called at all', () => {
    const request = subscribe('Contact: *');
    const flows = new RegisteredFlows();
    flows.learnSubscriber({ request, response: ok(), flow: own }, both, NOW);
    expect(flows.flowTo('*', both, NOW)).toBeUndefined();
  });
});
