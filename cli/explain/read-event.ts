import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { RejectedInput } from '../../shared/faults.ts';
import type { Terminal } from '../output.ts';

/** EventBridge's own limit. */
const bytesMax = 1024 * 1024;

const Envelope = z.object({
  source: z.string().max(256),
  'detail-type': z.string().max(256),
  account: z.string().max(64).optional(),
  region: z.string().max(64).optional(),
  time: z.string().max(64).optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

export interface GivenEvent {
  readonly json: unknown;
  readonly envelope: z.infer<typeof Envelope>;
}

/** One EventBridge event from a file, or from standard input where the file is `-`. Throws RejectedInput. */
export async function readEvent(file: string, terminal: Terminal): Promise<GivenEvent> {
  const text =
    file === '-' ? await readAll(terminal.stdin, 'standard input') : await readFile(file, terminal);
  const json = parse(text, file);
  const envelope = Envelope.safeParse(json);
  if (envelope.success) return { json, envelope: envelope.data };
  throw new RejectedInput(
    `${nameOf(file)} holds no EventBridge event: ${z.prettifyError(envelope.error)}\n` +
      'Give the whole event, with source, detail-type and detail.',
  );
}

async function readFile(file: string, { folder }: Terminal): Promise<string> {
  try {
    const handle = await open(resolve(folder, file));
    return await readAll(handle.createReadStream({ end: bytesMax }), file);
  } catch (cause) {
    if (cause instanceof RejectedInput) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new RejectedInput(`${file} cannot be read (${code})`, { cause });
  }
}

async function readAll(stream: AsyncIterable<unknown>, name: string): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    const bytes = Buffer.from(part as Uint8Array | string);
    size += bytes.length;
    if (size > bytesMax) throw new RejectedInput(`${name} is longer than ${bytesMax} bytes: no event is`);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : '';
    throw new RejectedInput(`${nameOf(file)} is no JSON: ${words}`, { cause });
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}
