import { readClientFrame } from '../../../src/push/events';

describe('a frame from a client', () => {
  test('is read when it is a receipt', () => {
    const text = '{"type":"offer.received","offerId":"offer-1","more":1}';
    expect(readClientFrame(text)).toEqual({ type: 'offer.received', offerId: 'offer-1' });
  });

  test.each([
    ['no JSON', '{'],
    ['empty', ''],
    ['no object', '7'],
    ['null', 'null'],
    ['a list', '[]'],
    ['of another type', '{"type":"agent.readied","offerId":"offer-1"}'],
    ['without its offer', '{"type":"offer.received"}'],
    ['with an offer that is no text', '{"type":"offer.received","offerId":7}'],
    ['with an empty offer', '{"type":"offer.received","offerId":""}'],
    ['with an endless offer', `{"type":"offer.received","offerId":"${'x'.repeat(65)}"}`],
  ])('is none when it is %s', (_what, text) => {
    expect(readClientFrame(text)).toBeNull();
  });
});
