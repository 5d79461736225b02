import { ControlFailure } from '../../sip/control/failure';
import { LineReader } from '../../sip/control/lines';
import { checkCommand, readCommand } from '../../sip/control/shapes';
import { parseAppMessage } from '../../sip/gateway/app-message';
import { FrameReader } from '../../sip/gateway/frames';
import { composeResponse } from '../../sip/message/compose';
import { parseNameAddr, splitList } from '../../sip/message/header-values';
import { DEFAULT_LIMITS } from '../../sip/message/limits';
import { faultOf } from '../../sip/message/sanity';
import { parseMessage, type SipMessage } from '../../sip/message/sip-message';
import { parseUri } from '../../sip/message/uri';
import { stampVia } from '../../sip/message/via';
import { payloadEnd, payloadStart } from '../../sip/rtp/packet';
import { SdpError } from '../../sip/sdp/errors';
import { answerOffer, readAnswer } from '../../sip/sdp/negotiate';
import type { ServerTransaction } from '../../sip/transaction/server-transaction';
import { RFC_TIMING } from '../../sip/transaction/timing';
import { TransactionLayer } from '../../sip/transaction/transaction-layer';
import type { Flow } from '../../sip/transport/flow';
import { StreamFramer } from '../../sip/transport/stream-framing';
import { refusalOf } from '../../sip/transport/stream-refusal';
import { CONTROL_SEEDS, FRAME_SEEDS, RTP_SEEDS, SDP, SIP_SEEDS } from './seeds';

/** One thing that reads what strangers send. `feed` throws when it does what it must not. */
export interface Target {
  name: string;
  seeds: readonly string[];
  feed(input: string): void;
  /** Lets go of what a running engine would have let go of by then. */
  rest?(): void;
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken promise: ${what}`);
}

/** Everything that anybody asks of a message, at once. */
function readAll(message: SipMessage): void {
  let lines = 0;
  message.forEach((key, _name, value) => {
    lines++;
    must(message.has(key), 'a visited header can be looked up');
    for (const item of splitList(value)) parseUri(parseNameAddr(item).uri);
  });
  must(lines <= DEFAULT_LIMITS.headerLines, 'header lines are limited');
  must(message.bodyAt <= message.text.length, 'the body lies within the message');
  const { via } = message;
  const value = message.get('via');
  if (via === undefined || value === undefined) return;
  const stamped = message.replaceFirst('via', stampVia(value, via, '192.0.2.1', 5060));
  must(stamped.body === message.body, 'a stamp leaves the body alone');
  if (!message.isRequest) return;
  const answer = parseMessage(composeResponse(stamped, { status: 400, toTag: 'x' }), true);
  must(answer !== undefined, 'an answer to whatever came can be read');
}

const parser: Target = {
  name: 'sip message',
  seeds: SIP_SEEDS,
  feed(input) {
    const message = parseMessage(input);
    if (message === undefined) return;
    faultOf(message);
    readAll(message);
  },
};

const stream: Target = {
  name: 'sip stream',
  seeds: SIP_SEEDS,
  feed(input) {
    const framer = new StreamFramer();
    const half = input.length >> 1;
    for (const item of [...framer.push(input.slice(0, half)), ...framer.push(input.slice(half))]) {
      if (typeof item === 'string') continue;
      if ('broken' in item) refusalOf(item.broken);
      else parseMessage(item.message);
    }
  },
};

/** A layer of which every request is answered at once, so that all paths of a transaction are seen. */
function transactions(): Target {
  let sent = 0;
  const flow: Flow = {
    protocol: 'udp',
    reliable: false,
    address: '192.0.2.1',
    port: 5060,
    localHost: '192.0.2.2',
    localPort: 5060,
    id: 'udp:192.0.2.1:5060',
    send: () => void sent++,
  };
  const user = {
    onRequest: (transaction: ServerTransaction) => {
      const text = composeResponse(transaction.request, { status: 480, toTag: 'x' });
      transaction.respond(480, text);
    },
    onAck: () => undefined,
    onCancel: (cancel: ServerTransaction) => {
      cancel.respond(481, composeResponse(cancel.request, { status: 481, toTag: 'x' }));
    },
    onPassing: () => false,
    onStrayResponse: () => undefined,
    wayBack: () => undefined,
    mayAnswer: () => true,
    onUnreadable: () => undefined,
    isStranger: () => true,
  };
  const layer = new TransactionLayer(RFC_TIMING, user);
  return {
    name: 'sip transactions',
    seeds: SIP_SEEDS,
    feed(input) {
      sent = 0;
      layer.receive(input, flow);
      must(sent <= 2, 'one datagram brings a 100 and a final answer at most');
    },
    rest() {
      layer.close();
      must(layer.size === 0, 'a closed layer holds nothing');
    },
  };
}

const frames: Target = {
  name: 'drachtio frames',
  seeds: FRAME_SEEDS,
  feed(input) {
    const reader = new FrameReader();
    for (const message of reader.push(input) ?? []) {
      const command = parseAppMessage(message);
      if (command.kind === 'sip') parseMessage(command.sip, true);
    }
  },
};

/** Throws what is not of these kinds: they are the words in which bad input is refused. */
function refusedOnlyBy(kind: typeof SdpError | typeof ControlFailure, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
  }
}

const SDP_PLAIN = { sessionId: '1', version: 1, address: '127.0.0.1', port: 4000 };
const SUITE = 'AES_CM_128_HMAC_SHA1_80' as const;
const SDP_ALL = {
  ...SDP_PLAIN,
  can: {
    ...{ codecs: ['PCMA', 'PCMU', 'G722'] as const, comfortNoise: true, rtcpMux: true },
    suites: [SUITE],
  },
  keys: [{ suite: SUITE, key: 'A'.repeat(40) }],
};

const sdp: Target = {
  name: 'sdp',
  seeds: [SDP],
  feed(input) {
    for (const local of [SDP_PLAIN, SDP_ALL]) {
      refusedOnlyBy(SdpError, () => void answerOffer(input, local));
      refusedOnlyBy(SdpError, () => void readAnswer(input, local));
    }
  },
};

const rtp: Target = {
  name: 'rtp',
  seeds: RTP_SEEDS,
  feed(input) {
    const packet = Buffer.from(input, 'latin1');
    const start = payloadStart(packet);
    if (start < 0) return;
    const end = payloadEnd(packet, start);
    must(start >= 12 && start <= packet.length, 'the payload starts within the packet');
    must(
      end === -1 || (end >= start && end <= packet.length),
      'the payload ends within the packet',
    );
  },
};

const control: Target = {
  name: 'control lines',
  seeds: CONTROL_SEEDS,
  feed(input) {
    const heed = (line: string) =>
      refusedOnlyBy(ControlFailure, () => checkCommand(readCommand(line)));
    new LineReader(heed, () => undefined).push(Buffer.from(input, 'latin1'));
  },
};

/** The more a stranger can reach a reader, the more often it stands here. */
export function targets(): readonly Target[] {
  return [parser, stream, transactions(), frames, parser, sdp, rtp, control];
}
