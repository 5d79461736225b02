/**
 * What an address in a description is. Only literals are taken: a name would have to be looked up while
 * somebody waits for his answer.
 */

export type Family = 4 | 6;

/** Null for what is no IP literal; names and zones (`fe80::1%eth0`) are none. */
export function familyOf(address: string): Family | null {
  if (isIpv4(address)) return 4;
  return isIpv6(address) ? 6 : null;
}

/** `0.0.0.0` and `::`: nothing can be sent there, which is hold in the manner of RFC 2543. */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || (/^[0:]+$/.test(address) && isIpv6(address));
}

function isIpv4(address: string): boolean {
  const parts = address.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** RFC 4291 §2.2: eight groups, one run of zeros left out, the last two perhaps as an IPv4 address. */
function isIpv6(address: string): boolean {
  const tail = /(?:^|:)([\d.]+\.[\d.]*)$/.exec(address)?.[1];
  if (tail !== undefined && !isIpv4(tail)) return false;
  const text = tail === undefined ? address : `${address.slice(0, -tail.length)}0:0`;
  const halves = text.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}
