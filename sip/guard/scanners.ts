/**
 * Programs that look for open SIP servers and say so themselves. They get no answer: any answer
 * tells them that somebody is here. Pure.
 */
const SCANNER =
  /^User-Agent[ \t]*:[ \t]*[^\r\n]*(?:friendly-scanner|friendly-request|sipvicious|sundayddr|sip-?cli\b|iWar|VaxSIPUserAgent|pplsip|smap\b)/im;

/** Asked before the message is parsed; a body that quotes such a name is none of the caller's doing. */
export function isScanner(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  return SCANNER.test(end < 0 ? text : text.slice(0, end));
}
