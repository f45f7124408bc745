import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { namePattern } from '../shared/domain/command.ts';
import { asking, nonEmpty } from './command/asking.ts';
import { type NamedImage, readImageName } from './command/named-image.ts';
import type { Io } from './output.ts';
import { readTarget, targetHelp } from './state/place.ts';

const about = `
The image need not match any rule. A tag is resolved now, in the registry of Slipway's own account; what is rolled is
its digest, in every container that runs the repository. Refused on a target that is on hold, and for an image that is
quarantined there.

Examples:
  slipway deploy prod/web shop/web:1.4.2 --stage prod
  slipway deploy prod/web shop/web@sha256:0123… --container app
`;

/** `slipway deploy SERVICE IMAGE`: this image, now. */
export function addDeploy(program: Command, io: Io): void {
  asking(
    program
      .command('deploy')
      .description('roll an image that you name, now')
      .argument('<service>', targetHelp, readTarget)
      .argument('<image>', 'repository[:tag|@digest], with or without its registry', readNamed)
      .option('--container <name>', 'this container alone, whatever it runs', readContainer)
      .option('--reason <text>', 'why, for the log', nonEmpty),
  )
    .addHelpText('after', about)
    .action(async (name, named, { container, reason, ...asked }) =>
      (await import('./command/ask.ts')).ask(
        async (state) => {
          const { resolveImage } = await import('./command/resolve-image.ts');
          const image = await resolveImage({ name, named, container }, state);
          return { ...name, name: 'deploy', image, reason };
        },
        asked,
        io,
      ),
    );
}

function readNamed(text: string): NamedImage {
  const named = readImageName(text);
  if (named === undefined)
    throw new InvalidArgumentError('Write it as repository:tag or repository@sha256:….');
  return named;
}

function readContainer(text: string): string {
  if (!namePattern.test(text)) throw new InvalidArgumentError('That is no name of a container.');
  return text;
}
