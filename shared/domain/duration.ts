const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A whole number and one unit. */
export const durationPattern = '^[0-9]{1,9}[smhd]$';
const pattern = new RegExp(durationPattern);

export interface DurationLimits {
  /** As durations: `0s`. */
  readonly min: string;
  readonly max: string;
  readonly wholeMinutes?: boolean | undefined;
}

/** What is wrong with a duration, told after the text itself, and what to do. */
export interface DurationObjection {
  readonly problem: string;
  readonly fix: string;
}

/** Milliseconds of `90s`, `15m`, `2h` or `7d`. Throws RangeError for any other text. */
export function durationMs(text: string): number {
  const ms = msOf(text);
  if (ms === undefined) throw new RangeError(`${text} is no duration`);
  return ms;
}

function msOf(text: string): number | undefined {
  const unit = unitMs[text.slice(-1)];
  return unit === undefined || !pattern.test(text) ? undefined : Number(text.slice(0, -1)) * unit;
}

/** Undefined when the text is a duration within the limits. */
export function durationObjection(
  text: string,
  { min, max, wholeMinutes = false }: DurationLimits,
): DurationObjection | undefined {
  const ms = msOf(text);
  if (ms === undefined) {
    return {
      problem: 'is no duration',
      fix: 'write a whole number and one unit, such as `90s`, `15m`, `2h` or `7d`',
    };
  }
  const fix = `write ${wholeMinutes ? 'whole minutes' : 'a duration'} from ${min} to ${max}`;
  if (ms < durationMs(min)) return { problem: `is less than ${min}`, fix };
  if (ms > durationMs(max)) return { problem: `is more than ${max}`, fix };
  return wholeMinutes && ms % durationMs('1m') !== 0
    ? { problem: 'is no whole number of minutes', fix }
    : undefined;
}
