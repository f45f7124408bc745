import { readFileSync } from 'node:fs';
import type { Item, Message } from '../../shared/ports.ts';
import type { Stack } from './stack.ts';

/** What the version before had written and sent, to the letter. */
export interface Left {
  readonly items: readonly Item[];
  readonly messages: readonly (Message & { readonly queue: 'rollouts' | 'deployments' | 'unpublished' })[];
}

export function left(file: string, deployment = ''): Left {
  const text = readFileSync(new URL(`upgrade/${file}.json`, import.meta.url), 'utf8');
  return JSON.parse(text.replaceAll('{{deployment}}', deployment)) as Left;
}

/** It is there before the new version is. */
export async function leave(stack: Stack, { items, messages }: Left, withMessages: boolean): Promise<void> {
  await stack.put(items);
  if (!withMessages) return;
  for (const { queue, ...message } of messages) await stack.queues[queue].send(message);
}
