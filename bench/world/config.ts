import { parseConfig } from '../../shared/config/parse.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';

/** A `slipway.yml`, given as an object, with every default that people would get. */
export function configOf(file: object): SlipwayConfig {
  const parsed = parseConfig(JSON.stringify({ version: 1, ...file }));
  if (parsed.ok) return parsed.config;
  throw new Error(parsed.problems.map(({ path, problem }) => `${path}: ${problem}`).join('; '));
}

/** Percent of AWS's rates that Slipway takes where `slipway.yml` says nothing. */
export const defaultShare = configOf({ clusters: ['bench'] }).share;
