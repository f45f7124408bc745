import { PassThrough, Readable } from 'node:stream';
import { run } from '../../../cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Given {
  readonly stdin?: string | undefined;
  readonly folder?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Runs `slipway` inside this process. */
export async function slipway(
  args: readonly string[],
  { stdin = '', folder = '/', env = {} }: Given = {},
): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = [textOf(stdout), textOf(stderr)] as const;
  const code = await run(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr,
    env,
    folder,
  });
  stdout.end();
  stderr.end();
  return { code, stdout: await written[0], stderr: await written[1] };
}

async function textOf(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
