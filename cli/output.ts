import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

/** What a command reads, writes and answers with: the process, or a test in its place. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly folder: string;
}

/** A terminal for one run: the verb says at the end how it went. */
export interface Io extends Terminal {
  readonly finish: (code: ExitCode) => void;
}

export const exitCodes = {
  ok: 0,
  problems: 1,
  usage: 2,
  unavailable: 3,
  undecided: 4,
  bug: 70,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeHelp = `
Exit codes:
  0   all is well; what was asked for has come about, or with --no-wait was accepted
  1   problems were found in what you gave; what was asked for was refused, failed or was rolled back
  2   the command line is wrong
  3   AWS, or the running local world, is unavailable or refused
  4   no answer or no outcome within --timeout: what was asked for goes on
  70  a bug in Slipway
`;

/** Writes a line, and waits while the reader is slower. */
export async function print(stream: Writable, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await once(stream, 'drain');
}

export function printJson(stream: Writable, value: unknown): Promise<void> {
  return print(stream, JSON.stringify(value, null, 2));
}

type Style = Parameters<typeof styleText>[0];

/** Colour where the stream is a terminal and NO_COLOR is not set; plain text in pipes. */
export function styled(style: Style, text: string, stream: Writable): string {
  return styleText(style, text, { stream });
}

export function isTerminal(stream: Readable | Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
