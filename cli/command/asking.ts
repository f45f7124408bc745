import { type Command, InvalidArgumentError, type OptionValues } from '@commander-js/extra-typings';
import { durationMs, durationObjection } from '../../shared/domain/duration.ts';
import { type Place, placed } from '../state/place.ts';

/** What every verb that sends a command can be told besides. */
export interface Asking extends Place {
  readonly by?: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly wait: boolean;
  readonly json?: boolean | undefined;
}

export function asking<Arguments extends unknown[], Options extends OptionValues>(
  command: Command<Arguments, Options>,
) {
  return placed(command)
    .option(
      '--by <name>',
      'who asks, for the announcement and the history (or SLIPWAY_BY; default: your user name)',
      nonEmpty,
    )
    .option(
      '--timeout <duration>',
      'how long to wait for the outcome, such as 90s or 30m',
      readTimeout,
      30 * 60_000,
    )
    .option('--no-wait', 'be content when it is accepted')
    .option('--json', 'print one JSON document');
}

export function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/** Milliseconds of `90s` or `15m`. */
function readTimeout(text: string): number {
  const objection = durationObjection(text, { min: '1s', max: '1d' });
  if (objection !== undefined) throw new InvalidArgumentError(`It ${objection.problem}: ${objection.fix}.`);
  return durationMs(text);
}
