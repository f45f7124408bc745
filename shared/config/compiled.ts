import type { SlipwayConfig } from './types.ts';

/** Put in by the bundler: the checked configuration as JSON text. */
declare const SLIPWAY_CONFIG: string | undefined;

/** The configuration that this bundle was packaged with. Checked then, so it is not checked again. */
export function compiledConfig(): SlipwayConfig {
  if (typeof SLIPWAY_CONFIG !== 'string') {
    throw new Error('This bundle holds no configuration: package it with `npx serverless package`.');
  }
  return JSON.parse(SLIPWAY_CONFIG) as SlipwayConfig;
}
