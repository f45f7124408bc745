import * as z from 'zod';
import { type NoticeKind, severities } from '../../shared/domain/notice.ts';

export const Digest = z.string().regex(/^sha256:[a-f0-9]{64}$/);

export const Millis = z.int().min(0).describe('Milliseconds since the epoch');

export const NamedImage = z.object({
  repository: z.string(),
  tag: z.string().describe('Empty where nobody knows one'),
  digest: Digest,
});

/** What every notice has. Version 1. */
export function said<const Kinds extends readonly NoticeKind[]>(kinds: Kinds) {
  return {
    v: z.literal(1),
    id: z.string().describe('The same whenever this notice is published again'),
    kind: z.enum(kinds),
    severity: z.enum(severities),
    at: Millis,
    cluster: z.string(),
    service: z.string(),
    text: z.string().describe('One sentence for people. Holds text from outside: escape it'),
  };
}
