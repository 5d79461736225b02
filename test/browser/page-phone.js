/**
 * What runs in the page: a phone on JsSIP whose microphone is a tone, and which measures what it hears.
 * Plain JavaScript of the browser, so that the sources of a server need no types of a page.
 */
/* global window, AudioContext, MediaStream, Audio, JsSIP */
(() => {
  const events = [];
  const audio = new AudioContext({ sampleRate: 48_000 });
  let session;
  let analyser;
  let agent;
  let stream;

  function microphone(hz) {
    const tone = audio.createOscillator();
    tone.frequency.value = hz;
    const out = audio.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    return out.stream;
  }

  function listen(connection) {
    connection.addEventListener('track', ({ track }) => {
      const heard = new MediaStream([track]);
      // Chromium decodes a remote stream only while an element plays it.
      const element = new Audio();
      element.srcObject = heard;
      element.muted = true;
      void element.play();
      analyser = audio.createAnalyser();
      analyser.fftSize = 4096;
      audio.createMediaStreamSource(heard).connect(analyser);
    });
  }

  function follow(next) {
    session = next;
    next.on('confirmed', () => events.push('confirmed'));
    next.on('ended', () => events.push('ended'));
    next.on('failed', ({ cause }) => events.push(`failed ${cause}`));
    if (next.connection) listen(next.connection);
    else next.on('peerconnection', ({ peerconnection }) => listen(peerconnection));
    if (next.direction !== 'incoming') return;
    events.push('rings');
    next.answer({ mediaStream: stream, pcConfig: { iceServers: [] } });
  }

  window.phone = {
    events,
    register({ url, user, password, hz }) {
      stream = microphone(hz);
      agent = new JsSIP.UA({
        sockets: [new JsSIP.WebSocketInterface(url)],
        uri: `sip:${user}@openline`,
        password,
        register: true,
        session_timers: false,
      });
      agent.on('disconnected', () => events.push('disconnected'));
      agent.on('registered', () => events.push('registered'));
      agent.on('registrationFailed', ({ cause }) => events.push(`refused ${cause}`));
      agent.on('newRTCSession', ({ session: next }) => follow(next));
      agent.start();
    },
    call: (user) =>
      void agent.call(`sip:${user}@openline`, {
        mediaStream: stream,
        pcConfig: { iceServers: [] },
      }),
    hangUp: () => session.terminate(),
    /** The loudest frequency of what is heard, in hertz; 0 for silence. */
    heardHz() {
      if (analyser === undefined) return 0;
      const loudness = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(loudness);
      const best = loudness.indexOf(Math.max(...loudness));
      return loudness[best] < -60 ? 0 : (best * audio.sampleRate) / analyser.fftSize;
    },
  };
})();
