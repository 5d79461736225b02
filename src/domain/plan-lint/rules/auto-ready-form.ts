/** Forms that are required of people who have no desktop to fill them in. */
import { finding, type LintedPlan } from '../plan';

export const autoReadyForm = ({ queues, people, phones }: LintedPlan) =>
  phones.flatMap(({ id, person, autoReady }, index) => {
    const owner = autoReady ? people.find((one) => one.id === person) : undefined;
    const queue = queues.find((one) => one.form === 'required' && owner?.queues.includes(one.id));
    return queue !== undefined
      ? [
          finding('warning', 'AUTO_READY_FORM', `phones[${index}].autoReady`, {
            zh: `话机 ${id} 无需桌面即就绪，而队列 ${queue.id} 要求填写表单：无处可填，表单会一直欠着。请去掉 autoReady，或用 form: optional。`,
            en: `The phone ${id} is ready without a desktop, and the queue ${queue.id} requires a form: nobody can fill it in, and it stays owed. Leave autoReady out, or say form: optional.`,
          }),
        ]
      : [];
  });
