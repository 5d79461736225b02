import {
  outboundRoute,
  parseAppPlace,
  parseOutboundRoutes,
} from '../../../../../sip/gateway/routing/outbound-routes';

test('each method has its route, and * is for the others', () => {
  const { routes, problems } = parseOutboundRoutes(
    'invite=tcp://127.0.0.1:9030; Register = POST https://web.example/route?x=1 ;*=tls://[::1]:9031;',
  );
  expect(problems).toEqual([]);
  expect(outboundRoute(routes, 'INVITE')).toEqual({
    to: 'app',
    place: { secure: false, host: '127.0.0.1', port: 9030 },
  });
  expect(outboundRoute(routes, 'REGISTER')).toEqual({
    to: 'web',
    url: new URL('https://web.example/route?x=1'),
    post: true,
  });
  expect(outboundRoute(routes, 'MESSAGE')).toEqual({
    to: 'app',
    place: { secure: true, host: '::1', port: 9031 },
  });
});

test('without * other methods have no route, and without text none has', () => {
  expect(outboundRoute(parseOutboundRoutes('info=http://a/').routes, 'INVITE')).toBeUndefined();
  const none = parseOutboundRoutes(' ');
  expect([none.routes.size, none.problems]).toEqual([0, []]);
});

test.each([
  ['tcp://127.0.0.1:9030', 'is not method=URL'],
  ['in vite=tcp://127.0.0.1:9030', 'is not method=URL'],
  ['=tcp://127.0.0.1:9030', 'is not method=URL'],
  ['invite=tcp://127.0.0.1', 'is no tcp://'],
  ['invite=tcp://127.0.0.1:99999', 'is no tcp://'],
  ['invite=udp://127.0.0.1:9030', 'is no tcp://'],
  ['invite=PUT http://127.0.0.1/', 'is no tcp://'],
  ['invite=http://', 'is no tcp://'],
  ['invite=', 'is no tcp://'],
  ['invite=tcp://a:1;INVITE=tcp://b:1', 'has two routes for INVITE'],
])('%s is a problem', (text, problem) => {
  const { problems } = parseOutboundRoutes(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test.each([
  ['127.0.0.1:9030', { secure: false, host: '127.0.0.1', port: 9030 }],
  ['app.example:9030;transport=tcp', { secure: false, host: 'app.example', port: 9030 }],
  ['[::1]:9030;transport=TLS', { secure: true, host: '::1', port: 9030 }],
  ['127.0.0.1', undefined],
  ['127.0.0.1:9030;transport=udp', undefined],
  ['tcp://127.0.0.1:9030', undefined],
  ['', undefined],
])('the place %s', (text, place) => {
  expect(parseAppPlace(text)).toEqual(place);
});
