/** Phones that are our own hotline: a caller who is offered there comes back to us as another caller, for ever. */
import { finding, type LintedPlan } from '../plan';
import { isSameNumber } from '../same-number';

export function phoneIsHotline({ phones, hotlines, people }: LintedPlan) {
  const numbers = new Set(hotlines.map(({ number }) => number));
  const dialled = phones.flatMap(({ contact }, index) => {
    const user = /^sips?:([^@;]+)@/.exec(contact ?? '')?.[1];
    // A gateway may be dialled the number with its country or area, or without.
    const number = [...numbers].find((one) => user !== undefined && isSameNumber(one, user));
    return number === undefined ? [] : [{ number, at: `phones[${index}].contact` }];
  });
  const extensions = people.flatMap(({ extension = '' }, index) =>
    numbers.has(extension) ? [{ number: extension, at: `people[${index}].extension` }] : [],
  );
  return [
    ...dialled.map(({ number, at }) =>
      finding('error', 'PHONE_IS_HOTLINE', at, {
        zh: `该话机的地址就是热线 ${number}：分配给它的来电会再次打进热线，形成循环。请填写话机自己的地址。`,
        en: `This phone is the hotline ${number}: a caller who is offered there calls the hotline again, in a loop. Give the phone's own address.`,
      }),
    ),
    ...extensions.map(({ number, at }) =>
      finding('warning', 'EXTENSION_IS_HOTLINE', at, {
        zh: `分机号 ${number} 也是一条热线：同事拨打时含义不明。请换一个分机号。`,
        en: `The extension ${number} is a hotline, too: a colleague who dials it may mean either. Take another one.`,
      }),
    ),
  ];
}
