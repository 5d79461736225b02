/** The load's own pace: here time itself is what is waited for. */
export function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0) resolve();
    else setTimeout(resolve, ms);
  });
}
