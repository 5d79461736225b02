import { startBaresip } from './baresip';
import { needs, whatToInstall } from './needs';
import { firstReceivedSdp, parseStats, runSipp, startSippAgent } from './sipp';
import { readWav, toneShare } from './tone';
import { longestGapMs, toneBetween, toneWindows } from './tone-meter';
import { TonePhone } from './tone-phone';

/** The outside programs behave as the tests of the product take them to: without the product. */
const REGISTRAR = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="registrar">
<recv request="REGISTER"/>
<send><![CDATA[
SIP/2.0 401 Unauthorized
[last_Via:]
[last_From:]
[last_To:];tag=r[call_number]
[last_Call-ID:]
[last_CSeq:]
WWW-Authenticate: Digest realm="openline", nonce="n[call_number]", algorithm=MD5, qop="auth"
Content-Length: 0

]]></send>
<recv request="REGISTER"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=r[call_number]
[last_Call-ID:]
[last_CSeq:]
[last_Contact:]
Expires: 60
Content-Length: 0

]]></send>
</scenario>`;

needs('sipp')('sipp', () => {
  test('a caller whose audio is a tone phone talks to an agent who echoes', async () => {
    const phone = await TonePhone.open({ tone: 1000 });
    const agent = await startSippAgent({
      scenario: 'agent-answers',
      values: { mediaPort: 41_900 },
      echoPort: 41_900,
    });
    const caller = await runSipp({
      scenario: 'caller-hangs-up',
      target: { host: '127.0.0.1', port: agent.port },
      values: { mediaPort: phone.port, talkMs: 900 },
    });
    phone.talkTo(await caller.heardSdp());
    await phone.hears(1000);
    const result = await caller.done;
    expect(result).toMatchObject({ code: 0, stats: { successful: 1, failed: 0 } });
    const windows = toneWindows(phone.heard, 1000);
    expect(windows.length).toBeGreaterThan(1);
    expect(Math.min(...windows.map(({ share }) => share))).toBeGreaterThan(0.9);
    expect(longestGapMs(phone.heard)).toBeGreaterThan(0);
    await agent.stop();
    phone.close();
  });

  test.each([
    ['agent-busy', 'caller-hangs-up', 1],
    ['agent-answers', 'caller-cancels', 1],
  ] as const)('%s against %s fails, and says so', async (agentScenario, scenario, failed) => {
    const agent = await startSippAgent({ scenario: agentScenario });
    const target = { host: '127.0.0.1', port: agent.port };
    const caller = await runSipp({ scenario, target, values: { talkMs: 100 }, limitSeconds: 10 });
    const result = await caller.done;
    expect(result.code).not.toBe(0);
    expect(result.stats.failed).toBe(failed);
    await agent.stop();
  });

  test('a phone registers with digest', async () => {
    const registrar = await runSipp({ scenario: REGISTRAR, calls: 10 });
    const phone = await runSipp({
      scenario: 'register',
      target: { host: '127.0.0.1', port: registrar.port },
      values: { user: '8001', password: 'secret' },
    });
    expect((await phone.done).code).toBe(0);
    expect((await registrar.stop()).messages).toMatch(/Authorization: *Digest username="8001"/);
  });
});

needs('sipp', 'baresip')('baresip', () => {
  test('registers with digest, is picked up by the test, speaks its tone and records the other', async () => {
    const registrar = await runSipp({ scenario: REGISTRAR, calls: 10 });
    const baresip = await startBaresip({
      user: '8001',
      realm: 'openline',
      password: 'secret',
      server: { host: '127.0.0.1', port: registrar.port },
      toneHz: 600,
    });
    const phone = await TonePhone.open({ tone: 1000 });
    const caller = await runSipp({
      scenario: 'caller-hangs-up',
      target: { host: '127.0.0.1', port: baresip.port },
      values: { number: '8001', mediaPort: phone.port, talkMs: 1500 },
    });
    await baresip.events.next('its ring', ({ type }) => type === 'CALL_INCOMING');
    await baresip.accept();
    phone.talkTo(await caller.heardSdp());
    await phone.hears(600);
    expect((await caller.done).code).toBe(0);
    await baresip.events.next('its end', ({ type }) => type === 'CALL_CLOSED');
    const [heard] = readWav(baresip.heard()).channels;
    expect(
      toneBetween(heard ?? new Int16Array(0), 1000, { fromMs: 300, toMs: 1000 }),
    ).toBeGreaterThan(0.9);
    phone.close();
    await Promise.all([baresip.stop(), registrar.stop()]);
  });
});

test('a missing program is named with the command that brings it', () => {
  expect(whatToInstall(['sipp', 'baresip'])).toContain('sip-tester baresip-core');
});

test('statistics are those of the last line', () => {
  const csv = 'SuccessfulCall(C);FailedCall(C);Retransmissions(C);\n1;0;0;\n7;2;5;\n';
  expect(parseStats(csv)).toEqual({ successful: 7, failed: 2, retransmissions: 5 });
  expect(parseStats('')).toEqual({ successful: 0, failed: 0, retransmissions: 0 });
});

test('the SDP is the first that was received, not one that was sent', () => {
  const line = '-----------------------------------------------';
  const log = [
    `${line} 1`,
    'UDP message sent (9 bytes):\n\nINVITE\n\nv=0\nm=audio 1 RTP/AVP 8',
    `${line} 2`,
    'UDP message received [9] bytes :\n\nSIP/2.0 200 OK\n\nv=0\nm=audio 2 RTP/AVP 8',
    '',
  ].join('\n');
  expect(firstReceivedSdp(log)).toBe('v=0\nm=audio 2 RTP/AVP 8');
  expect(firstReceivedSdp(log.slice(0, 150))).toBeNull();
});

test('a tone is told from silence', () => {
  expect(toneShare(new Int16Array(1600), 1000)).toBe(0);
  expect(longestGapMs([])).toBe(0);
});
