import { parseArgs } from 'node:util';
import { isDigest, isRepositoryName, isTag } from '../registry/names.ts';
import { type Behaviour, behaviours } from '../world-types.ts';

export const usage = `Usage: npm run push -- REPOSITORY[:TAG] [options]

Pushes a small image into the world that runs here, as docker push would.

  --behaviour WORD    what it does when it runs: ${behaviours.join(' | ')}
  --platform LIST     as linux/arm64,linux/amd64; more than one makes an index
  --label KEY=VALUE   a label of the image, may be repeated
  --attestation       a provenance manifest for each platform, as buildx adds it
  --seed TEXT         equal seeds give equal images; left out, every push is a new one
  --registry URL      another registry than the running world's
  --help

Example: npm run push -- shop/web:1.4.2 --behaviour cannot-start`;

export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

export interface Wanted {
  readonly repository: string;
  readonly tag: string;
  readonly behaviour: Behaviour | undefined;
  readonly platforms: readonly string[] | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly attestation: boolean;
  readonly seed: string | undefined;
  readonly registry: string | undefined;
}

/** `help` when help is asked for. Throws BadUsage. */
export function readArguments(args: readonly string[]): Wanted | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [reference, ...rest] = positionals;
  if (reference === undefined) throw new BadUsage('An image is missing, as in shop/web:1.4.2');
  if (rest.length > 0) throw new BadUsage(`One image at a time, but there is also '${rest.join(' ')}'`);
  return {
    ...readReference(reference),
    behaviour: readBehaviour(values.behaviour),
    platforms: values.platform?.split(',').map(readPlatform),
    labels: Object.fromEntries((values.label ?? []).map(readLabel)),
    attestation: values.attestation ?? false,
    seed: values.seed,
    registry: readRegistry(values.registry),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        behaviour: text,
        platform: text,
        label: { type: 'string', multiple: true },
        attestation: flag,
        seed: text,
        registry: text,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new BadUsage(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readReference(reference: string): { repository: string; tag: string } {
  const [repository = '', tag = 'latest', ...rest] = reference.split(':');
  if (isDigest(reference.slice(reference.indexOf('@') + 1))) {
    throw new BadUsage(`'${reference}' names a digest: a push needs a tag, as in shop/web:1.4.2`);
  }
  if (!isRepositoryName(repository) || !isTag(tag) || rest.length > 0) {
    throw new BadUsage(
      `'${reference}' is no image of this registry: write REPOSITORY:TAG, as in shop/web:1.4.2`,
    );
  }
  return { repository, tag };
}

function readBehaviour(text: string | undefined): Behaviour | undefined {
  if (text === undefined) return undefined;
  const behaviour = behaviours.find((known) => known === text);
  if (behaviour !== undefined) return behaviour;
  throw new BadUsage(`--behaviour is '${text}', which is none of ${behaviours.join(', ')}`);
}

function readPlatform(text: string): string {
  if (/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/.test(text)) return text;
  throw new BadUsage(`--platform has '${text}', which is not as linux/amd64`);
}

function readLabel(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new BadUsage(`--label is '${text}', which is not KEY=VALUE`);
}

function readRegistry(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new BadUsage(`--registry is '${text}', which is no URL as http://127.0.0.1:5000`);
}
