/**
 * Port 0 means "any free port", but only once: a child that is started again must come back where
 * the others know it. Decides what the setting is from then on.
 */

/**
 * A `SIP_LISTEN` list with every port 0 replaced by the port that was really opened. `opened` is the
 * edge's report, `scheme://address:port` each; addresses are matched by scheme and order.
 */
export function keepListenPorts(listen: string, opened: readonly string[]): string {
  const left = [...opened];
  return listen
    .split(',')
    .map((entry) => {
      const scheme = entry.trim().split(':')[0] ?? '';
      const index = left.findIndex((address) => address.startsWith(`${scheme}:`));
      const [address] = index < 0 ? [] : left.splice(index, 1);
      return address === undefined ? entry : keepPort(entry, address);
    })
    .join(',');
}

/** One address: its port 0 replaced by the port of the opened address. */
export function keepPort(entry: string, opened: string): string {
  return /:0\/?$/.test(entry.trim()) ? entry.trim().replace(/:0\/?$/, `:${portOf(opened)}`) : entry;
}

/** The port of `host:port` or `scheme://host:port`. */
export function portOf(address: string): string {
  return /:(\d+)\/?$/.exec(address)?.[1] ?? '';
}

/** The host of `host:port` or `scheme://host:port`, without the brackets of IPv6. */
export function hostOf(address: string): string {
  return address
    .replace(/^[a-z]+:\/\//, '')
    .replace(/:\d+\/?$/, '')
    .replace(/^\[|\]$/g, '');
}
