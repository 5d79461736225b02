/**
 * The SIP option tags that somebody has registered (IANA, "SIP Option Tags"). Which of them a call
 * may require is the app's to say; a tag outside the list nobody can support, so that it is refused
 * here (RFC 3261 §8.2.2.3).
 */
const REGISTERED = new Set(
  [
    '100rel 199 answermode early-session eventlist explicitsub from-change geolocation-http',
    'geolocation-sip gin gruu histinfo ice join multiple-refer norefersub nosub outbound path',
    'policy precondition pref privacy recipient-list-invite recipient-list-message',
    'recipient-list-subscribe record-aware replaces resource-priority sdp-anat sec-agree siprec',
    'tdialog timer trickle-ice uui',
  ]
    .join(' ')
    .split(' '),
);

/** Those of the required tags that nobody knows, as written. `required` are Require values. */
export function unknownOptions(required: readonly string[]): string[] {
  const tags = required.flatMap((value) => value.split(',')).map((tag) => tag.trim());
  return tags.filter((tag) => tag !== '' && !REGISTERED.has(tag.toLowerCase()));
}
