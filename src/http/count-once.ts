/** Something may be told of again when it has been counted (a call's lead came late): so many are remembered as counted. */
const REMEMBERED = 10_000;

/** Answers true for an id that it hears for the first time. */
export function countedOnce(): (id: string) => boolean {
  const counted = new Set<string>();
  return (id) => {
    if (counted.has(id)) return false;
    const [oldest] = counted;
    if (counted.size >= REMEMBERED && oldest !== undefined) counted.delete(oldest);
    counted.add(id);
    return true;
  };
}
