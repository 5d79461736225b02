/**
 * Good plans that say more than they must: whatever a plan file may say that leaves the lint nothing to find, drawn at
 * random and put on a plan of which nothing is to be said.
 */
import type { Random } from '../simulation/random';
import { goodPlan, type Sections } from './plan-slips';
import { randomPlan } from './random-plan';

/** Fields by which nobody is refused, forgotten or kept for nothing, whatever they say. */
const HARMLESS: Record<string, readonly string[]> = {
  stores: ['timezone', 'emergency', 'parkSeconds', 'leads'],
  trunks: [
    ...['country', 'area', 'callerId', 'calledId', 'numbers', 'dials', 'localMobiles', 'dial'],
    ...['cps', 'watch', 'weight', 'lendsForHelp', 'reliable', 'refer', 'register'],
  ],
  queues: [
    ...['strategy', 'ringSeconds', 'wrapUpSeconds', 'stepSeconds', 'ownerSeconds', 'headStart'],
    ...['missesToPause', 'returnMinutes', 'announce', 'hopelessMinutes', 'keep', 'afterTalk'],
  ],
  hotlines: ['testCallMinutes', 'callback', 'voiceMessage', 'notice'],
  people: ['dial', 'pin'],
  phones: ['profile'],
};

/** Of which nothing is said that belongs to a list of the plan. */
const WHOLE = ['groups', 'entities', 'numbers', 'dialling', 'forms', 'leads', 'signIn', 'sip'];

/** Nothing is to be said of it either. */
export function dressedPlan(random: Random): Sections {
  const plan = goodPlan(random);
  const wardrobe = randomPlan(random);
  for (const [section, fields] of Object.entries(HARMLESS)) {
    const theirs = Array.isArray(wardrobe[section]) ? wardrobe[section] : [];
    for (const item of plan[section] ?? []) {
      const worn = random.pick(theirs) ?? {};
      for (const field of fields) if (field in worn) item[field] = structuredClone(worn[field]);
    }
  }
  for (const section of WHOLE)
    if (section in wardrobe) plan[section] = wardrobe[section] as Sections[string];
  return reordered(plan, random);
}

/** The same with its sections, and the fields of each thing, in any order. */
function reordered(plan: Sections, random: Random): Sections {
  const turned = (said: object): object => {
    const fields = Object.entries(said);
    const cut = random.below(fields.length || 1);
    return Object.fromEntries([...fields.slice(cut), ...fields.slice(0, cut)]);
  };
  const sections = Object.entries(plan).map(([section, said]): [string, unknown] => [
    section,
    Array.isArray(said) ? said.map(turned) : said,
  ]);
  return turned(Object.fromEntries(sections)) as Sections;
}
