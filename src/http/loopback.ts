/** Whether an address is this machine's own, as sockets and settings name it. Pure. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || plain === 'localhost' || /^127\./.test(plain);
}
