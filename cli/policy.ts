import type { Command } from '@commander-js/extra-typings';
import { linesOf } from './lines.ts';
import { type Io, isTerminal, print } from './output.ts';

const mostBytes = 16 * 1024 * 1024;

const format = `
Each line asks, and is answered by one line, in order:
  {"policy": {"semver": "^1"}, "tags": ["1.2.0", {"tag": "1.3.0", "pushedAt": "2026-01-05T09:30:00Z"}], "current": "1.1.0"}
  {"chosen": "1.3.0"}                       what to roll to
  {"chosen": null, "reason": "…"}           nothing matches, or nothing beats "current"
  {"error": "…"}                            the policy is invalid, or needs a "pushedAt" that is missing
`;

/** `slipway policy`: what would a tag policy choose? JSON Lines in, JSON Lines out. */
export function addPolicy(program: Command, io: Io): void {
  program
    .command('policy')
    .description('try tag policies: JSON Lines on standard input, an answer for each on standard output')
    .addHelpText('after', format)
    .action(async () => {
      const { answerPolicyLine } = await import('./policy-lines.ts');
      if (isTerminal(io.stdin)) await print(io.stderr, 'Reading JSON Lines; Ctrl-D ends.');
      for await (const line of linesOf(io.stdin, mostBytes)) {
        if (line?.trim() === '') continue;
        await print(io.stdout, line === undefined ? tooLong : answerPolicyLine(line));
      }
    });
}

const tooLong = JSON.stringify({ error: `the line is longer than ${mostBytes} bytes` });
