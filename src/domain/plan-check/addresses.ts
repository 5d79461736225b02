/** Decides what is an address in a plan: sources of trunks and contacts of static phones. */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

const isIpv4 = (text: string): boolean => IPV4.test(text);

/** RFC 4291 section 2.2: eight groups, one run of zeros may be `::`, the tail may be IPv4. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const tail = all.at(-1) ?? '';
  const tailIsIpv4 = tail.includes('.') && isIpv4(tail) && !text.endsWith('::');
  const hex = tailIsIpv4 ? all.slice(0, -1) : all;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const length = hex.length + (tailIsIpv4 ? 2 : 0);
  return halves.length === 2 ? length < 8 : length === 8;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

/** `address`, `address:port` or CIDR, as in `trunks[].from`; IPv6 with a port in brackets. */
export function isSource(text: string): boolean {
  const cidr = /^(.+)\/(\d{1,3})$/.exec(text);
  if (cidr) {
    const [, address = '', bits = ''] = cidr;
    if (isIpv4(address)) return Number(bits) <= 32;
    return isIpv6(address) && Number(bits) <= 128;
  }
  if (isIpv4(text) || isIpv6(text)) return true;
  const withPort = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
  if (!withPort) return false;
  const [, v6, v4, port = ''] = withPort;
  return isPort(port) && (v6 === undefined ? isIpv4(v4 ?? '') : isIpv6(v6));
}

/** A contact without user: where calls of a trunk are sent. */
export const isGateway = (text: string): boolean => isContact(text) && !text.includes('@');

export const isHost = (text: string): boolean => isContact(`sip:${text}`) && !/[@:;]/.test(text);

/** A SIP URI (RFC 3261 section 19.1) of a phone: `sip:[user@]host[:port][;parameters]`. */
export function isContact(text: string): boolean {
  const uri =
    /^sips?:(?:[^\s@:;?<>"]+@)?(\[[^\]\s]+\]|[^\s:;?@<>"]+)(?::(\d+))?(?:;[^\s?<>"]+)?$/.exec(text);
  if (!uri) return false;
  const [, host = '', port] = uri;
  if (port !== undefined && !isPort(port)) return false;
  if (host.startsWith('[')) return isIpv6(host.slice(1, -1));
  // Four numbers that are no IPv4 address are a typing error, not a host name.
  return /^[\d.]+$/.test(host) ? isIpv4(host) : HOST_NAME.test(host);
}
