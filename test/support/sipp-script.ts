/**
 * A scenario of sipp as a list of what a far end does, in order: stories need far ends that misbehave in one line
 * each, not in a page of XML. sipp fails the call when anything else comes than the script expects.
 *
 * The SDP names `{{mediaPort}}`, the address of the test's tone phone; `{{edgePort}}` is where requests in the
 * dialog go; see sipp.ts for the rest of the values.
 */
type Step = (role: Role) => string;
type Role = 'caller' | 'called';

let labels = 0;

export interface Said {
  /** An SDP of the tone phone; its session's version is given where it is not the first. */
  sdp?: true | number;
  /** Direction of that SDP: `sendonly`, `inactive`. */
  direction?: string;
  headers?: string[];
}

/** A far end that calls us: the first request of its dialog has to be `asks('INVITE')`. */
export const calling = (...steps: Step[]): string => scenario('caller', steps);

/** A far end that is called: an INVITE comes first. */
export const answering = (...steps: Step[]): string =>
  scenario('called', [receivesInvite(), ...steps]);

/** A registrar, or whoever else is asked outside of a dialog. */
export const serving = (...steps: Step[]): string => scenario('called', steps);

/** Waits for a response (a number) or a request (a method). */
export const receives =
  (what: number | string, { optional = false } = {}): Step =>
  (role) => {
    const kind = typeof what === 'number' ? 'response' : 'request';
    // The tag of the early or the confirmed dialog, which our requests in it need.
    const tag = kind === 'response' && role === 'caller' && what !== 100 && what !== 487;
    const action = tag ? `<action>${keep('To:', 'to')}</action>` : '';
    return `<recv ${kind}="${what}"${optional ? ' optional="true"' : ''}>${action}</recv>`;
  };

export interface Account {
  user: string;
  password: string;
}

/** Waits for a request whose credentials are of that account; sipp reckons them itself, and refuses all others. */
export const receivesSigned =
  (method: string, { user, password }: Account, kept = ''): Step =>
  () => {
    const label = (labels += 1);
    const verify = `<verifyauth assign_to="signed" username="${user}" password="${password}"/>`;
    return [
      `<recv request="${method}" test="signed" next="${label}"><action>${kept}${verify}</action></recv>`,
      `<pause milliseconds="1"/><recv request="${method} with good credentials"/>`,
      `<label id="${label}"/>`,
    ].join('\n');
  };

/** An INVITE, and what every answer to it repeats; the one that is answered from now on. */
export const receivesInvite =
  (account?: Account): Step =>
  (role) => {
    const kept = [
      ...[keep('Via:', 'via'), keep('From:', 'from'), keep('To:', 'to')],
      keep('CSeq:', 'cseq', '[0-9]+'),
    ].join('');
    if (account) return receivesSigned('INVITE', account, kept)(role);
    return `<recv request="INVITE"><action>${kept}</action></recv>`;
  };

/** A provisional response that wants PRACK, which is sent (RFC 3262 §3), and answered. */
export const acknowledgesReliably =
  (status: number, cseq: number): Step =>
  (role) => {
    const kept = `<action>${keep('To:', 'to')}${keep('RSeq:', 'rseq', '[0-9]+')}</action>`;
    const prack = asks('PRACK', { cseq, headers: ['RAck: [$rseq] 1 INVITE'] })(role);
    return [`<recv response="${status}">${kept}</recv>`, prack, receives(200)(role)].join('\n');
  };

/** Whatever provisional responses come, or do not. */
export const progress: Step = (role) =>
  [100, 180, 183].map((status) => receives(status, { optional: true })(role)).join('\n');

/** Answers the INVITE that its dialog began with, whatever came since. */
export const answersInvite =
  (status: number, said: Said = {}): Step =>
  () =>
    send(
      [
        `SIP/2.0 ${status} ${REASONS[status] ?? 'Answer'}`,
        'Via:[$via]',
        'From:[$from]',
        'To:[$to];tag=[pid]u[call_number]',
        'Call-ID: [call_id]',
        'CSeq: [$cseq] INVITE',
        CONTACT,
      ],
      said,
      // A 2xx is repeated until its ACK is there (RFC 3261 §13.3.1.4); a refusal by the transaction.
      status >= 200 ? 500 : 0,
    );

/** Answers the request that came last. */
export const answers =
  (status: number, said: Said = {}): Step =>
  () =>
    send(
      [
        `SIP/2.0 ${status} ${REASONS[status] ?? 'Answer'}`,
        ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => `[last_${name}:]`),
        CONTACT,
      ],
      said,
      0,
    );

export interface Asked extends Said {
  cseq?: number;
  /** That of the INVITE, as CANCEL and the ACK of a refusal have it. */
  likeInvite?: boolean;
  /** User of To where it is not that of the first request's URI. */
  toUser?: string;
}

/** A request: its INVITE first, all others in the dialog. */
export const asks =
  (method: string, { cseq = 1, likeInvite, toUser = '{{number}}', ...said }: Asked = {}): Step =>
  (role) => {
    const early = method === 'CANCEL' || (method === 'INVITE' && cseq === 1 && role === 'caller');
    const isOwn = early || likeInvite === true;
    const uri = isOwn ? 'sip:{{number}}@127.0.0.1:{{edgePort}}' : 'sip:us@127.0.0.1:{{edgePort}}';
    const branch = isOwn ? 'z9hG4bK-[pid]-[call_number]-invite' : '[branch]';
    const own = '<sip:{{from}}@[local_ip]:[local_port]>;tag=[pid]c[call_number]';
    const [from, to] =
      role === 'caller'
        ? [` ${own}`, early ? ` <sip:${toUser}@127.0.0.1:{{edgePort}}>` : '[$to]']
        : ['[$to];tag=[pid]u[call_number]', '[$from]'];
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}`,
      `From:${from}`,
      `To:${to}`,
      'Call-ID: [call_id]',
      `CSeq: ${cseq} ${method}`,
      CONTACT,
      'Max-Forwards: 70',
    ];
    return send(lines, said, method === 'ACK' ? 0 : 500);
  };

/** Goes on when the test says so (`SippFarEnd.tell`), by a MESSAGE that belongs to no transaction of ours. */
export const waitsForTest: Step = () => '<recv request="MESSAGE"/>';

/** As often as they come before what the next step waits for: requests that are sent again for want of an answer. */
export const ignores =
  (method: string): Step =>
  () => {
    const label = (labels += 1);
    return `<label id="${label}"/>\n<recv request="${method}" optional="true" next="${label}"/>`;
  };

/** Answers them as long as it is there; nothing comes after it, and the test ends it. */
export const answersEach =
  (method: string, status: number, said: Said = {}): Step =>
  (role) => {
    const label = (labels += 1);
    const answer = answers(status, said)(role).replace('<send', `<send next="${label}"`);
    return `<label id="${label}"/>\n<recv request="${method}"/>\n${answer}`;
  };

/** Where the story is that nothing comes: for so long. */
export const keepsSilent =
  (ms: number): Step =>
  () =>
    `<pause milliseconds="${ms}"/>`;

const CONTACT = 'Contact: <sip:far@[local_ip]:[local_port]>';
const REASONS: Record<number, string> = {
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  486: 'Busy Here',
  487: 'Request Terminated',
  491: 'Request Pending',
  503: 'Service Unavailable',
};

const keep = (header: string, name: string, pattern = '.*'): string =>
  `<ereg regexp="${pattern}" search_in="hdr" header="${header}" assign_to="${name}"/>`;

function scenario(role: Role, steps: Step[]): string {
  const body = steps.map((step) => step(role)).join('\n');
  // sipp refuses a variable that is set and never used.
  const kept = new Set([...body.matchAll(/assign_to="(\w+)"/g)].map(([, name]) => name));
  const used = kept.size > 0 ? `<Reference variables="${[...kept].join(',')}"/>` : '';
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="far end">\n${body}\n${used}\n</scenario>`;
}

function send(lines: string[], { sdp, direction, headers = [] }: Said, retrans: number): string {
  const body =
    sdp === undefined
      ? []
      : [
          'v=0',
          `o=- 1 ${Number(sdp)} IN IP4 [local_ip]`,
          's=-',
          'c=IN IP4 {{mediaHost}}',
          't=0 0',
          'm=audio {{mediaPort}} RTP/AVP {{payloadType}}',
          'a=rtpmap:{{payloadType}} {{codec}}/8000',
          ...(direction === undefined ? [] : [`a=${direction}`]),
        ];
  const type = sdp === undefined ? [] : ['Content-Type: application/sdp'];
  const text = [...lines, ...headers, ...type, 'Content-Length: [len]', '', ...body].join('\n');
  return `<send${retrans > 0 ? ` retrans="${retrans}"` : ''}><![CDATA[\n${text}\n\n]]></send>`;
}
