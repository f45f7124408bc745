import { InvalidArgumentError } from '@commander-js/extra-typings';
import { durationMs, durationObjection } from '../shared/domain/duration.ts';

/** Milliseconds of `90s` or `15m`. */
export function readTimeout(text: string): number {
  const objection = durationObjection(text, { min: '1s', max: '1d' });
  if (objection !== undefined) throw new InvalidArgumentError(`It ${objection.problem}: ${objection.fix}.`);
  return durationMs(text);
}
