/**
 * Which endpoints of a worker hear each other. An endpoint is in one conversation at most; the others
 * of one that is left hear silence.
 */
import type { Endpoint } from './endpoint';

export class Conversations {
  private readonly peers = new Map<Endpoint, Endpoint>();

  /** Both hear each other from now on; any play on either is cut, any other bridge is left. */
  bridge(a: Endpoint, b: Endpoint): void {
    if (this.peers.get(a) === b) return;
    for (const end of [a, b]) {
      this.leave(end);
      end.engage();
    }
    this.peers.set(a, b).set(b, a);
    a.speakTo(b.sender);
    b.speakTo(a.sender);
  }

  /** Ends their bridge, if there is one. */
  unbridge(a: Endpoint, b: Endpoint): void {
    if (this.peers.get(a) === b) this.leave(a);
  }

  /** Ends the endpoint's bridge, if there is one; both sides hear silence. */
  leave(endpoint: Endpoint): void {
    const peer = this.peers.get(endpoint);
    if (peer === undefined) return;
    for (const end of [endpoint, peer]) {
      this.peers.delete(end);
      end.disengage();
    }
  }
}
