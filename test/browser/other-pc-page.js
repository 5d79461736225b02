/** What the page of another PC is asked to do. Plain JavaScript of the browser, as page-phone.js. */
/* global window, location, navigator, fetch, WebSocket */
window.pc = {
  /** The status of the sign-in. */
  async signIn(user, password) {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ user, password });
    return (await fetch('/api/session', { method: 'POST', headers, body })).status;
  },
  /** The type of the first frame that push sends. */
  firstPush: () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://${location.host}/api/push`);
      socket.onmessage = ({ data }) => resolve(JSON.parse(data).type);
      socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
    }),
  async microphones() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return stream.getAudioTracks().length;
  },
};
