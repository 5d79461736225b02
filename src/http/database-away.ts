/**
 * Which of the errors that come out of a request mean that PostgreSQL cannot be reached: a fault of nobody who asks, and over
 * in a moment as a rule.
 */

/** SQLSTATE class 08, admin and crash shutdown, starting up, too many connections (PostgreSQL's appendix A). */
const SQLSTATE = /^(?:08...|57P0[123]|53300)$/;
/** Of the socket to it. Our other sockets turn theirs into codes of the catalogue. */
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);
/** What pg and knex say without a code. */
const WORDS =
  /^(?:Connection terminated|timeout expired|Client has encountered a connection error|Knex: Timeout acquiring a connection)/;

export function isDatabaseAway(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  if (code !== '') return SQLSTATE.test(code) || SOCKET.has(code);
  return WORDS.test(error.message);
}
