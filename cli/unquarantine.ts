import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { parseDigestStart } from '../shared/domain/command.ts';
import { asking } from './command/asking.ts';
import type { Io } from './output.ts';
import { readTarget, targetHelp } from './state/place.ts';

/** `slipway unquarantine SERVICE`: an image that failed there may be tried again. */
export function addUnquarantine(program: Command, io: Io): void {
  asking(
    program
      .command('unquarantine')
      .description('let an image that failed be tried again: the digest that is named, or every one')
      .argument('<service>', targetHelp, readTarget)
      .option('--digest <digest>', 'this image alone; twelve digits are enough', readDigest),
  ).action(async (name, { digest, ...asked }) =>
    (await import('./command/ask.ts')).ask({ ...name, name: 'unquarantine', digest }, asked, io),
  );
}

function readDigest(text: string): string {
  const digest = parseDigestStart(text);
  if (digest === undefined) throw new InvalidArgumentError('Write at least 12 hexadecimal digits of it.');
  return digest;
}
