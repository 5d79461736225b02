/**
 * Decides whether a request comes from a page of this very server. Pure. What it does not decide:
 * which requests need it; auth.ts says so.
 */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * `same`: a browser says that the page is ours. `foreign`: a browser says that it is not.
 * `unsaid`: no browser, or one that does not tell; then a cookie proves nothing.
 */
export type Provenance = 'same' | 'foreign' | 'unsaid';

/**
 * Reads `Sec-Fetch-Site` (Fetch Metadata) and `Origin` (RFC 6454 §7); one `foreign` outweighs the
 * other. The scheme is not compared: behind a proxy that ends TLS the server does not know its own.
 */
export function provenanceOf(headers: IncomingHttpHeaders): Provenance {
  const said = [bySite(headers['sec-fetch-site']), byOrigin(headers.origin, headers.host)];
  if (said.includes('foreign')) return 'foreign';
  return said.includes('same') ? 'same' : 'unsaid';
}

function bySite(site: string | string[] | undefined): Provenance {
  if (site === undefined) return 'unsaid';
  return site === 'same-origin' ? 'same' : 'foreign';
}

function byOrigin(origin: string | undefined, host: string | undefined): Provenance {
  if (origin === undefined) return 'unsaid';
  // `null` (sandboxed pages, redirects) and anything unreadable is nobody's page.
  if (!URL.canParse(origin)) return 'foreign';
  return host !== undefined && new URL(origin).host === host.toLowerCase() ? 'same' : 'foreign';
}
