import type { Readable } from 'node:stream';
import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { JsonValue } from '../shared/domain/lossless-json.ts';
import { RejectedInput } from '../shared/faults.ts';
import { type Io, isTerminal, print, printJson } from './output.ts';

/** ECS takes 64 KiB; what DescribeTaskDefinition adds is little. */
const mostBytes = 4 * 1024 * 1024;

const example = `
Example:
  aws ecs describe-task-definition --task-definition web --include TAGS \\
    | slipway revise --container app=111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1.4.2
`;

interface Chosen {
  readonly name: string;
  readonly image: string;
}

/** `slipway revise`: what would be sent to RegisterTaskDefinition? Without AWS. */
export function addRevise(program: Command, io: Io): void {
  program
    .command('revise')
    .description('clone a task definition: DescribeTaskDefinition’s JSON in, RegisterTaskDefinition’s out')
    .requiredOption('--container <NAME=IMAGE>', 'the new image of a container; may be repeated', readChosen)
    .addHelpText('after', example)
    .action(async ({ container }) => {
      const { readDescribed, revise } = await import('../shared/domain/task-definition/revise.ts');
      const images = imagesOf(container);
      if (isTerminal(io.stdin)) await print(io.stderr, 'Reading JSON; Ctrl-D ends.');
      const answer = parse(await textOf(io.stdin), await import('../shared/domain/lossless-json.ts'));
      const revised = rejecting(() => revise(readDescribed(answer), { images }));
      await printJson(io.stdout, revised);
    });
}

function readChosen(text: string, earlier: readonly Chosen[] = []): readonly Chosen[] {
  const { name, image } = /^(?<name>[\w-]{1,255})=(?<image>[^\s=]{1,512})$/.exec(text)?.groups ?? {};
  if (name === undefined || image === undefined) throw new InvalidArgumentError('Write it as NAME=IMAGE.');
  return [...earlier, { name, image }];
}

function imagesOf(chosen: readonly Chosen[]): Readonly<Record<string, string>> {
  const names = chosen.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RejectedInput(`--container names ${twice} twice`);
  return Object.fromEntries(chosen.map(({ name, image }) => [name, image]));
}

async function textOf(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk as Uint8Array | string);
    size += part.length;
    if (size > mostBytes) throw new RejectedInput(`standard input is longer than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

function parse(
  text: string,
  { parseLossless }: { readonly parseLossless: (text: string) => JsonValue },
): JsonValue {
  if (text.trim() === '') {
    throw new RejectedInput('nothing on standard input: pipe the answer of DescribeTaskDefinition into it');
  }
  try {
    return parseLossless(text);
  } catch (cause) {
    throw new RejectedInput(`standard input is no JSON: ${messageOf(cause)}`, { cause });
  }
}

/** The domain throws what is wrong with the definition; here that is what somebody gave. */
function rejecting<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof RangeError)
      throw new RejectedInput(cause.message, { cause });
    throw cause;
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
