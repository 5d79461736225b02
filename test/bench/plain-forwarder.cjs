// The reference of the media bench: what forwarding costs on `dgram` when nothing else is done. A pair of
// sockets for each call; whatever comes to one leaves by the other. Told the far ends' ports, it tells its own.
const { createSocket } = require('node:dgram');

const HOST = '127.0.0.1';
const lookup = (host, _options, done) => done(null, host, 4);

function bind() {
  const socket = createSocket({ type: 'udp4', lookup });
  return new Promise((resolve) => socket.bind(0, HOST, () => resolve(socket)));
}

process.on('message', async (farPorts) => {
  const ports = [];
  for (let leg = 0; leg < farPorts.length; leg += 2) {
    const [a, b] = [await bind(), await bind()];
    a.on('message', (packet) => b.send(packet, farPorts[leg + 1], HOST));
    b.on('message', (packet) => a.send(packet, farPorts[leg], HOST));
    ports.push(a.address().port, b.address().port);
  }
  process.send(ports);
});
process.on('disconnect', () => process.exit(0));
