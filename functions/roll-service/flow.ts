import { isJsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { readNudge } from '../../shared/domain/nudge.ts';
import { RejectedInput } from '../../shared/faults.ts';
import { attend } from './attend.ts';
import { applyCommand } from './command.ts';
import type { Deps } from './deps.ts';
import { pump } from './pump.ts';

/** The one writer: every message asks to look at a target or at a plan, or says what a person wants. */
export function rollService(message: JsonValue, deps: Deps): Promise<void> {
  const nudged = readNudge(message);
  if (nudged !== undefined) return attend(nudged, deps);
  const { v, kind, plan } = isJsonObject(message) ? message : {};
  if (v === 1 && kind === 'pump' && typeof plan === 'string') return pump(plan, deps);
  if (v === 1 && kind === 'command') return applyCommand(message, deps);
  return Promise.reject(new RejectedInput('not a message that this version of Slipway understands'));
}
