/** People who are ready without saying so, where who says so is asked whether he knows that he is recorded. */
import { finding, type LintedPlan } from '../plan';

export const autoReadyUnasked = ({ signIn, people, phones }: LintedPlan) =>
  phones.flatMap(({ id, person, autoReady }, index) => {
    const owner = autoReady ? people.find((one) => one.id === person) : undefined;
    return signIn?.acknowledge && owner && owner.queues.length > 0
      ? [
          finding('hint', 'AUTO_READY_UNASKED', `phones[${index}].autoReady`, {
            zh: `话机 ${id} 使 ${owner.id} 无需签入即就绪，不会要求其确认通话会被录音（signIn.acknowledge）。请本人在网页登录一次并确认，或去掉 autoReady。`,
            en: `The phone ${id} makes ${owner.id} ready without asking whether he knows that he is recorded (signIn.acknowledge). Have him sign in on a page once and acknowledge it, or leave autoReady out.`,
          }),
        ]
      : [];
  });
