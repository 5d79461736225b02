import { common, mirrored, type Direction } from '../../../../sip/sdp/direction';

test.each<[Direction, Direction, Direction]>([
  ['sendrecv', 'sendrecv', 'sendrecv'],
  ['sendrecv', 'sendonly', 'sendonly'],
  ['sendrecv', 'recvonly', 'recvonly'],
  ['sendonly', 'recvonly', 'inactive'],
  ['sendonly', 'sendonly', 'sendonly'],
  ['recvonly', 'recvonly', 'recvonly'],
  ['inactive', 'sendrecv', 'inactive'],
])('%s and %s leave %s', (a, b, left) => {
  expect([common(a, b), common(b, a)]).toEqual([left, left]);
});

test.each<[Direction, Direction]>([
  ['sendrecv', 'sendrecv'],
  ['sendonly', 'recvonly'],
  ['inactive', 'inactive'],
])('%s is %s from the other end, and back', (here, there) => {
  expect([mirrored(here), mirrored(there)]).toEqual([there, here]);
});
