/**
 * What the engine answers to each message of RFC 4475, with an app behind it that says 486 to an
 * INVITE and 200 to anything else. "Told apart by the app" means that the message reached the app.
 */
export interface Torture {
  file: string;
  section: string;
  /** Final responses over UDP; none when empty. */
  udp: number[];
  tcp: number[];
  /** The connection afterwards; `waiting` when the message never becomes whole on a stream. */
  stream: 'open' | 'closed' | 'waiting';
  why: string;
}

type Row = [section: string, file: string, udp: number[], tcp: number[], why: string];

const open: Row[] = [
  ['3.1.1.1', 'wsinv', [481], [481], 'well formed in every fold; its To has a tag of no dialog'],
  ['3.1.1.2', 'intmeth', [], [], 'well formed; a method that drachtio discards in silence'],
  ['3.1.1.3', 'esc01', [486], [486], 'escapes are valid and go through unchanged'],
  ['3.1.1.4', 'escnull', [200], [200], 'an escaped NUL is valid'],
  ['3.1.1.5', 'esc02', [], [], 'RE%47IST%45R is no REGISTER: names of methods have no escapes'],
  ['3.1.1.6', 'lwsdisp', [200], [200], 'no white space is needed between a name and its bracket'],
  ['3.1.1.7', 'longreq', [486], [486], 'long values keep to the limits'],
  ['3.1.1.9', 'semiuri', [200], [200], 'a semicolon in the user part is no parameter'],
  ['3.1.1.10', 'transports', [200], [200], 'only the top Via is ours to understand'],
  ['3.1.1.11', 'mpart01', [200], [200], 'bodies are bytes'],
  ['3.1.1.12', 'unreason', [], [], 'a response that matches no transaction'],
  ['3.1.1.13', 'noreason', [], [], 'likewise, with an empty reason'],
  ['3.1.2.1', 'badinv01', [400], [400], 'empty parameters in Via and Contact'],
  ['3.1.2.4', 'scalar02', [400], [400], 'a CSeq of 2^31 or more'],
  ['3.1.2.5', 'scalarlg', [], [], 'a response with such a CSeq is dropped'],
  ['3.1.2.6', 'quotbal', [400], [400], 'the quote in To is never closed'],
  ['3.1.2.7', 'ltgtruri', [400], [400], 'a Request-URI has no brackets'],
  ['3.1.2.8', 'lwsruri', [400], [400], 'a Request-URI has no white space'],
  ['3.1.2.9', 'lwsstart', [400], [400], 'one space stands between the parts of a start line'],
  ['3.1.2.10', 'trws', [200], [200], 'spaces at the end of the start line mean nothing else'],
  ['3.1.2.11', 'escruri', [400], [400], 'a Request-URI has no headers'],
  ['3.1.2.12', 'baddate', [486], [486], 'a Date that nobody needs refuses no caller'],
  ['3.1.2.13', 'regbadct', [400], [400], 'a Contact URI with headers must stand in brackets'],
  ['3.1.2.14', 'badaspec', [200], [200], 'spaces inside brackets mean nothing else'],
  ['3.1.2.16', 'badvers', [505], [505], 'SIP/7.0 is told so'],
  ['3.1.2.17', 'mismatch01', [400], [400], 'the method of CSeq is another one'],
  ['3.1.2.18', 'mismatch02', [400], [400], 'likewise, with an unknown method'],
  ['3.1.2.19', 'bigcode', [], [], 'a status of ten digits is no response'],
  ['3.2.1', 'badbranch', [200], [200], 'a bare magic cookie: matched by Call-ID and CSeq as well'],
  ['3.3.1', 'insuf', [400], [400], 'From, To and Call-ID are missing'],
  ['3.3.2', 'unkscm', [416], [416], 'a scheme that nobody routes'],
  ['3.3.3', 'novelsc', [416], [416], 'likewise, with a dot in it'],
  ['3.3.4', 'unksm2', [200], [200], 'whom a registrar knows is told apart by the app'],
  ['3.3.5', 'bext01', [420], [420], 'it requires what nobody has registered'],
  ['3.3.6', 'invut', [486], [486], 'bodies are told apart by the app'],
  ['3.3.7', 'regaut01', [200], [200], 'authorisation is told apart by the app'],
  ['3.3.8', 'multi01', [400], [400], 'Call-ID, CSeq, From and To stand there twice'],
  [
    '3.3.10',
    'bcast',
    [],
    [],
    'a response that matches nothing goes nowhere, least of all to its Via',
  ],
  ['3.3.11', 'zeromf', [200], [200], 'Max-Forwards 0 has arrived: we do not forward'],
  ['3.3.12', 'cparam01', [200], [200], 'unknown Contact parameters pass'],
  ['3.3.13', 'cparam02', [200], [200], 'unknown URI parameters pass'],
  ['3.3.14', 'regescrt', [200], [200], 'headers in a bracketed Contact URI are escaped and pass'],
  ['3.3.15', 'sdp01', [486], [486], 'what the caller accepts is told apart by the app'],
];

const closed: Row[] = [
  // Its INVITE is five bytes longer than its Content-Length says, in the RFC as well.
  ['3.1.1.8', 'dblreq', [200], [], 'one datagram, one message; on a stream what follows is no SIP'],
  ['3.1.2.3', 'ncl', [400], [400], 'a negative length; on a stream the next message is lost'],
  ['3.3.9', 'mcl01', [400], [400], 'two lengths; on a stream the next message is lost'],
  ['3.3.16', 'inv2543', [486], [400], 'valid in RFC 2543; a stream needs a Content-Length'],
];

const waiting: Row[] = [
  [
    '3.1.2.2',
    'clerr',
    [400],
    [],
    'the body is shorter than it says; on a stream the rest may come',
  ],
  [
    '3.1.2.15',
    'baddn',
    [400],
    [],
    'an unquoted comma in a name, and no empty line ends the headers',
  ],
];

const rows = (stream: Torture['stream'], list: Row[]): Torture[] =>
  list.map(([section, file, udp, tcp, why]) => ({ section, file, udp, tcp, stream, why }));

export const TORTURES: Torture[] = [
  ...rows('open', open),
  ...rows('closed', closed),
  ...rows('waiting', waiting),
];
