import { machineFindings, type MachineFacts } from '../../../../src/domain/doctor/machine';
import { MACHINE } from '../../../support/http';

const own = { given: false, fingerprint: 'AB:CD', daysLeft: 300 };
const page = (secure: boolean, ...urls: string[]) => ({ secure, port: 8443, urls });
const two = { addresses: ['8.8.8.8', '192.168.1.5'] };

test.each<[string, Partial<MachineFacts>, string, string]>([
  ['a clock that is off', { clock: { is: 'measured', offsetMs: -501 } }, 'fail clock', '-501 ms'],
  ['one that nobody sets', { clock: { is: 'unsynchronised' } }, 'warn clock', 'set-ntp'],
  [
    'one of which nothing is known',
    { clock: { is: 'unknown', why: 'no answer' } },
    ...(['warn clock', 'right (no answer). Install and start chrony'] as const),
  ],
  ['an old Node.js', { node: '18.20.1' }, 'fail node', '18.20.1'],
  ['few open files', { openFiles: 1024 }, 'warn open files', '1024'],
  ['a zone that is not known', { unknownZones: ['Asia/X'] }, 'fail time zones', 'Asia/X'],
  ['a slow disk', { disks: [{ path: '/d', writeMs: 60 }] }, 'warn write /d', '60 ms'],
  ['one that stands', { disks: [{ path: '/d', writeMs: 900 }] }, 'fail write /d', '900 ms'],
  ['one that takes nothing', { disks: [{ path: '/d', writeMs: null }] }, 'fail write /d', 'rights'],
  [
    'two weeks left',
    { certificate: { ...own, given: true, daysLeft: 13.5 } },
    'warn certificate',
    '13 days',
  ],
  [
    'none left',
    { certificate: { ...own, given: true, daysLeft: 0.5 } },
    'fail certificate',
    '0 days',
  ],
  [
    'a page in the clear',
    { pages: [page(false, 'http://10.0.0.5:80/')] },
    'warn other PCs',
    'passwords',
  ],
  ['a carrier of the Internet', { publicTrunks: ['carrier'] }, 'fail networks', '192.168.1.5'],
  ['several networks', two, 'warn networks', '8.8.8.8'],
])('%s', (_what, facts, finding, said) => {
  const bad = machineFindings({ ...MACHINE, ...facts }).filter(({ state }) => state !== 'ok');
  expect(bad.map(({ state, what }) => `${state} ${what}`)).toEqual([finding]);
  expect(bad[0]?.en).toContain(said);
  expect(bad[0]?.zh).toMatch(/[\u4e00-\u9fff]/);
});

test.each<[string, Partial<MachineFacts>, string, string]>([
  ['a clock 0.5 s off', { clock: { is: 'measured', offsetMs: 500 } }, 'clock', '500 ms'],
  [
    'a clock that the system keeps',
    { clock: { is: 'synchronised' } },
    'clock',
    'The system keeps it by NTP.',
  ],
  [
    'a certificate of our own, of any age',
    { certificate: { ...own, daysLeft: 3 } },
    'certificate',
    'AB:CD',
  ],
  [
    'https for others',
    { pages: [page(true, 'https://10.0.0.5:8443/'), page(false)] },
    'other PCs',
    'Type https://10.0.0.5:8443/ there. If nothing comes, open the firewall: sudo ufw allow 8443/tcp',
  ],
  [
    'nothing for others',
    { pages: [page(false)] },
    'other PCs',
    'HTTP_LISTEN=http://127.0.0.1:8080,https://0.0.0.0:8443',
  ],
])('%s is well', (_what, facts, what, said) => {
  const all = machineFindings({ ...MACHINE, ...facts });
  expect(all.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(all.find((one) => one.what === what)?.en).toContain(said);
});

test('networks that are described are nobody’s question', () => {
  const facts = { ...MACHINE, ...two, hasMediaNetworks: true, publicTrunks: ['carrier'] };
  expect(machineFindings(facts).some(({ what }) => what === 'networks')).toBe(false);
});
