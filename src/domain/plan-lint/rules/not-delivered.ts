/** Hotlines that no trunk brings: who dials one hears 404, or does not come to us at all. */
import { readPattern } from '../../number/rewrite';
import { calledNumber } from '../../number/trunk-numbers';
import type { PlanTrunk } from '../../plan';
import { finding, type LintedPlan } from '../plan';

export function notDelivered({ hotlines, trunks }: LintedPlan) {
  if (hotlines.length > 0 && trunks.length === 0)
    return [
      finding('error', 'NO_TRUNK', 'hotlines', {
        zh: '没有中继：没有人能打进热线。请在 trunks 中添加运营商。',
        en: 'There is no trunk: nobody can call the hotlines. Add the carrier to trunks.',
      }),
    ];
  return hotlines.flatMap(({ number }, index) =>
    trunks.some((trunk) => delivers(trunk, number))
      ? []
      : [
          finding('error', 'HOTLINE_NOT_DELIVERED', `hotlines[${index}].number`, {
            zh: `每条中继的 rewrite.called 都会将“${number}”改成别的号码：来电者会被拒绝。请修改规则或号码。`,
            en: `The rewrite.called of every trunk makes another number of ${number}: its callers are refused. Correct the rules, or the number.`,
          }),
        ],
  );
}

/** Whether a number can be called that the trunk's rules make this one of. */
const delivers = (trunk: Omit<PlanTrunk, 'register'>, number: string): boolean =>
  [number, ...(trunk.rewrite?.called ?? []).flatMap((rule) => sampleOf(rule, number))].some(
    (called) => calledNumber(called, trunk).number === number,
  );

/** A number of which the rule makes this one; none where it cannot. */
function sampleOf({ match, replace }: { match: string; replace: string }, number: string) {
  const pattern = readPattern(match);
  if (pattern === null || !number.startsWith(replace)) return [];
  const { parts, replaced } = pattern;
  const before = parts.slice(0, replaced).map((part) => (part.is === 'one' ? part.of[0] : '0'));
  return [before.join('') + (replaced < parts.length ? number.slice(replace.length) : '')];
}
