/** A log without whom it names. What is no JSON line (the last words of a process, PostgreSQL) is a text of unknown make. */
import type { Scrubber } from './scrubber';

/** Fields whose text is the program's own; of all others the value is named anew. */
const PLAIN = new Set([
  ...[
    'name',
    'part',
    'msg',
    'method',
    'route',
    'code',
    'status',
    'state',
    'type',
    'result',
    'reason',
  ],
  ...[
    'why',
    'cause',
    'endCause',
    'event',
    'effect',
    'outcome',
    'refused',
    'refusal',
    'message',
    'stack',
  ],
  ...['callId', 'legId', 'recording', 'promiseId', 'dialogId', 'session', 'contentType', 'wait'],
  ...[
    'severity',
    'syscall',
    'routine',
    'file',
    'child',
    'signal',
    'problem',
    'log',
    'dropped',
    'schema',
  ],
  ...['table', 'constraint', 'column'],
]);
/** Of a text in a foreign form nothing is known to be ours. */
const RULE = { chinese: 'names', quoted: true } as const;
/** Lines of PostgreSQL that show rows and statements as they came. */
const OF_ROWS = /\b(DETAIL|STATEMENT|CONTEXT|QUERY|HINT|PARAMETERS?):.*$/;
const SIP_TEXT = /SIP\/2\.0/;

/** Line by line; a line that is cut at its beginning is left out by whoever reads the end of a file. */
export function scrubbedLog(text: string, scrubber: Scrubber): string {
  return text
    .split('\n')
    .map((line) => scrubbedLine(line, scrubber))
    .join('\n');
}

function scrubbedLine(line: string, scrubber: Scrubber): string {
  if (line.startsWith('{')) {
    try {
      return JSON.stringify(scrubber.value(withoutMessages(JSON.parse(line)), PLAIN, '', RULE));
    } catch {
      // Half a line, of a process that was killed.
    }
  }
  if (SIP_TEXT.test(line)) return '(a line of a SIP message)';
  // A statement goes on over lines, which PostgreSQL begins with a tab.
  if (/^\t/.test(line)) return '\t(…)';
  return scrubber.text(line.replace(OF_ROWS, '$1: (left out)'), RULE);
}

/** SIP as it came over the wire names both ends in every second line. */
function withoutMessages(value: unknown): unknown {
  if (typeof value === 'string') return SIP_TEXT.test(value) ? '(a SIP message)' : value;
  if (Array.isArray(value)) return value.map(withoutMessages);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutMessages(one)]));
}
