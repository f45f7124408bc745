/** Whole minutes in EventBridge Scheduler's words. */
export function rate(ms: number): string {
  const minutes = ms / 60_000;
  return `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`;
}
