import { parseArgs } from 'node:util';

export interface Arguments {
  readonly localAws: boolean;
  readonly once: boolean;
  readonly json: boolean;
}

export const usage = `Usage: npm start -- [--local-aws] [--once [--json]]

  --local-aws  the packaged stack in a local AWS (needs Python 3.10 or newer); otherwise everything in this process
  --once       end after the tour; exit status 1 when a step failed
  --json       with --once: one JSON document on standard output, and nothing else

While a world runs, .local/world.json says where it is. SLIPWAY_WORLD_FOLDER names another folder for it, so that several
worlds can run at once.`;

export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

/** Throws BadUsage. */
export function readArguments(args: readonly string[]): Arguments | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const { 'local-aws': localAws = false, once = false, json = false } = values;
  if (json && !once) throw new BadUsage('--json goes with --once');
  return { localAws, once, json };
}

function parsed(args: readonly string[]) {
  try {
    const boolean = { type: 'boolean' } as const;
    const options = {
      'local-aws': boolean,
      once: boolean,
      json: boolean,
      help: { ...boolean, short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new BadUsage(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
