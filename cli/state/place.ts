import { type Command, InvalidArgumentError, type OptionValues } from '@commander-js/extra-typings';
import type { ServiceName } from '../../shared/domain/arn.ts';
import { parseTargetName } from '../../shared/domain/command.ts';

/** Which Slipway is meant. */
export interface Place {
  readonly stage?: string | undefined;
  readonly stack?: string | undefined;
  readonly region?: string | undefined;
  /** False: the account, even while a local world runs. */
  readonly local: boolean;
}

const placeHelp = `
Which Slipway: the stack of --stage or --stack, by the credentials of your environment; without either the local
world that \`npm start\` runs here, else SLIPWAY_STAGE.
`;

/** The options that say which Slipway is meant. */
export function placed<Arguments extends unknown[], Options extends OptionValues>(
  command: Command<Arguments, Options>,
) {
  return command
    .option('--stage <stage>', 'the stage that was deployed: its stack is slipway-<stage> (or SLIPWAY_STAGE)')
    .option('--stack <name>', 'the stack, where it has another name')
    .option('--region <region>', 'the Region (or AWS_REGION)')
    .option('--no-local', 'the account, even while a local world runs here')
    .addHelpText('after', placeHelp);
}

export const targetHelp = 'cluster/service; or cluster/schedule:group/name, cluster/rule:bus/rule/target';

export function readTarget(text: string): ServiceName {
  const name = parseTargetName(text);
  if (name === undefined) throw new InvalidArgumentError('Write it as cluster/service.');
  return name;
}
