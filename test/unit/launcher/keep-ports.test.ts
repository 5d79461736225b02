import { hostOf, keepListenPorts, keepPort, portOf } from '../../../src/launcher/keep-ports';

test.each([
  ['udp://127.0.0.1:0', ['udp://127.0.0.1:5071'], 'udp://127.0.0.1:5071'],
  ['udp://127.0.0.1:5060', ['udp://127.0.0.1:5060'], 'udp://127.0.0.1:5060'],
  [
    'udp://127.0.0.1:0,tcp://127.0.0.1:0',
    ['tcp://127.0.0.1:7', 'udp://127.0.0.1:8'],
    'udp://127.0.0.1:8,tcp://127.0.0.1:7',
  ],
  [
    'udp://127.0.0.1:0,udp://[::1]:0',
    ['udp://127.0.0.1:7', 'udp://[::1]:8'],
    'udp://127.0.0.1:7,udp://[::1]:8',
  ],
  [
    'udp://127.0.0.1:5060,ws://127.0.0.1:0',
    ['udp://127.0.0.1:5060'],
    'udp://127.0.0.1:5060,ws://127.0.0.1:0',
  ],
  ['off', [], 'off'],
])('%s opened as %j is %s from then on', (listen, opened, expected) => {
  expect(keepListenPorts(listen, opened)).toBe(expected);
});

test.each([
  ['127.0.0.1:0', '127.0.0.1:9031', '127.0.0.1:9031'],
  ['127.0.0.1:9022', '127.0.0.1:9022', '127.0.0.1:9022'],
  ['[::1]:0', '[::1]:9031', '[::1]:9031'],
  ['127.0.0.1:10', '127.0.0.1:10', '127.0.0.1:10'],
])('%s opened as %s is %s from then on', (entry, opened, expected) => {
  expect(keepPort(entry, opened)).toBe(expected);
});

test.each([
  ['127.0.0.1:80', '127.0.0.1', '80'],
  ['udp://10.0.0.1:5060', '10.0.0.1', '5060'],
  ['tcp://[::1]:9', '::1', '9'],
])('%s is host %s and port %s', (address, host, port) => {
  expect([hostOf(address), portOf(address)]).toEqual([host, port]);
});
