/**
 * What one leg tells and is told by RTCP, and how good it is: counts what is sent and received, writes
 * our reports, reads those of the far side. Pure: clocks come in as values, bytes go out as values.
 *
 * Times: `now` is the monotonic clock in ticks of 8 kHz, `epochMs` the wall clock, which reports bear.
 */
import { G711_CONCEALED, delayOf, mosOf, ratingOf } from './call-quality';
import { HEADER_LENGTH, sequenceOf, ssrcOf, timestampOf } from './packet';
import {
  Reception,
  between,
  burstRatio,
  lostOf,
  type ReceptionTotals,
  type SourceReception,
} from './reception';
import {
  ntpMiddle,
  ntpTime,
  readCompound,
  roundTripMs,
  writeCompound,
  type ReportBlock,
  type RtcpPacket,
} from './rtcp';

/** How a leg's far side is received, over some time. */
export interface LinkQuality {
  /** Packets that its sequence numbers promise, and how many of these did not come. */
  expected: number;
  lost: number;
  jitterMs: number;
  /** To the far side and back; null when its reports do not tell. */
  roundTripMs: number | null;
  /** Mean opinion score of a listener who hears it, 1..4.5. */
  mos: number;
}

const TICKS_PER_MS = 8;
/** A packet of 20 ms: what nearly everybody sends. */
const PACKET_MS = 20;

export class LinkReports {
  private readonly reception = new Reception();
  private readonly jitter = new Mean();
  private readonly roundTrip = new Mean();
  private lastRoundTrip: number | null = null;
  /** Of our stream, once it has begun. */
  private hasStream = false;
  /** Signed: V8 keeps it in its place, at every packet. */
  private signedSsrc = 0;
  private packets = 0;
  private octets = 0;
  private lastTimestamp = 0;
  private lastSentAt = 0;
  /** Packets sent at our last report and the one before it: who was silent since is no sender. */
  private packetsReported = [0, 0];
  private sourceReported: SourceReception | null = null;
  private totalsRead: ReceptionTotals = this.reception.totals();
  private lastSr = { ssrc: 0, middle: 0, arrivedAt: 0 };

  /** `cname`: our canonical name (RFC 7022), at most 255 bytes. */
  constructor(private readonly cname: string) {}

  private get ssrc(): number | null {
    return this.hasStream ? this.signedSsrc >>> 0 : null;
  }

  /** An RTP packet of ours with a plain header went out. */
  sent(packet: Buffer, now: number): void {
    this.signedSsrc = ssrcOf(packet);
    this.hasStream = true;
    this.packets += 1;
    this.octets += packet.length - HEADER_LENGTH;
    this.lastTimestamp = timestampOf(packet);
    this.lastSentAt = now;
  }

  /** A valid RTP packet of the far side came. */
  received(packet: Buffer, now: number): void {
    this.reception.receive(ssrcOf(packet), sequenceOf(packet), timestampOf(packet), now);
  }

  /** Reads a datagram of RTCP; false when it is none. */
  hear(datagram: Buffer, epochMs: number): boolean {
    const packets = readCompound(datagram);
    if (packets === null) return false;
    const now = ntpTime(epochMs);
    for (const packet of packets) {
      if (packet.kind !== 'sr' && packet.kind !== 'rr') continue;
      if (packet.kind === 'sr') {
        const middle = ntpMiddle(packet.sender.ntp);
        this.lastSr = { ssrc: packet.ssrc, middle, arrivedAt: ntpMiddle(now) };
      }
      for (const report of packet.reports) {
        if (report.ssrc === this.ssrc) this.measured(roundTripMs(report, now));
      }
    }
    return true;
  }

  /** Our report and name; null while our stream has not begun and so has no name for itself. */
  report(epochMs: number, now: number): Buffer | null {
    const packets = this.compose(epochMs, now);
    return packets === null ? null : writeCompound(packets);
  }

  /** The last report, with BYE (§6.6). */
  goodbye(epochMs: number, now: number): Buffer | null {
    const packets = this.compose(epochMs, now);
    const { ssrc } = this;
    if (packets === null || ssrc === null) return null;
    return writeCompound([...packets, { kind: 'bye', ssrcs: [ssrc], reason: '' }]);
  }

  /** Since it was asked before; null when nothing was to be received. */
  quality(): LinkQuality | null {
    const totals = this.reception.totals();
    const stretch = between(this.totalsRead, totals);
    this.totalsRead = totals;
    if (stretch.expected <= 0) return null;
    const jitterMs = this.reception.jitter / TICKS_PER_MS;
    this.jitter.add(jitterMs);
    return qualityOf(stretch, jitterMs, this.lastRoundTrip);
  }

  /** Over the whole life of the leg; null when nothing was received. */
  lifetimeQuality(): LinkQuality | null {
    const totals = this.reception.totals();
    if (totals.expected === 0) return null;
    const jitterMs = this.jitter.value ?? this.reception.jitter / TICKS_PER_MS;
    return qualityOf(totals, jitterMs, this.roundTrip.value);
  }

  private measured(ms: number | null): void {
    if (ms === null) return;
    this.lastRoundTrip = ms;
    this.roundTrip.add(ms);
  }

  private compose(epochMs: number, now: number): RtcpPacket[] | null {
    const { ssrc, packets, octets, cname } = this;
    if (ssrc === null) return null;
    const name: RtcpPacket = { kind: 'sdes', chunks: [{ ssrc, cname }] };
    const ntp = ntpTime(epochMs);
    const reports = this.blocks(ntpMiddle(ntp));
    const isSender = packets > (this.packetsReported[0] as number);
    this.packetsReported = [this.packetsReported[1] as number, packets];
    if (!isSender) return [{ kind: 'rr', ssrc, reports }, name];
    const rtpTimestamp = (this.lastTimestamp + (now - this.lastSentAt)) >>> 0;
    const sender = { ntp, rtpTimestamp, packets: packets >>> 0, octets: octets >>> 0 };
    return [{ kind: 'sr', ssrc, sender, reports }, name];
  }

  /** How we receive the far side: one block, or none before it was heard. */
  private blocks(nowMiddle: number): ReportBlock[] {
    const source = this.reception.source();
    if (source === null) return [];
    const before = this.sourceReported?.ssrc === source.ssrc ? this.sourceReported : null;
    this.sourceReported = source;
    const { ssrc, middle, arrivedAt } = this.lastSr;
    const hasSr = ssrc === source.ssrc && middle !== 0;
    return [
      {
        ssrc: source.ssrc,
        fractionLost: fractionLost(before, source),
        lost: source.expected - source.received,
        highestSequence: source.highestSequence,
        jitter: Math.round(this.reception.jitter),
        lastSr: hasSr ? middle : 0,
        delaySinceLastSr: hasSr ? (nowMiddle - arrivedAt) >>> 0 : 0,
      },
    ];
  }
}

/** In 1/256 since the report before (A.3); a source that started again is counted from its start. */
function fractionLost(before: SourceReception | null, now: SourceReception): number {
  const isNew = before === null || before.expected > now.expected;
  const expected = now.expected - (isNew ? 0 : before.expected);
  const lost = expected - (now.received - (isNew ? 0 : before.received));
  return expected <= 0 || lost <= 0 ? 0 : Math.min(Math.floor((lost * 256) / expected), 255);
}

function qualityOf(
  totals: ReceptionTotals,
  jitterMs: number,
  roundTrip: number | null,
): LinkQuality {
  const lost = lostOf(totals);
  const rating = ratingOf({
    loss: lost / totals.expected,
    burstRatio: burstRatio(totals),
    delayMs: delayOf(roundTrip, jitterMs, PACKET_MS),
    // Whoever listens to us hears it from a phone, and these conceal loss.
    codec: G711_CONCEALED,
  });
  return {
    ...{ expected: totals.expected, lost },
    jitterMs: rounded(jitterMs, 10),
    roundTripMs: roundTrip === null ? null : rounded(roundTrip, 10),
    mos: rounded(mosOf(rating), 100),
  };
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count += 1;
  }

  get value(): number | null {
    return this.count === 0 ? null : this.sum / this.count;
  }
}
