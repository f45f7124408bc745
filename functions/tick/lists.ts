import { look, nudge, pump } from '../../shared/domain/nudge.ts';
import type { Item, Key, Message } from '../../shared/ports.ts';
import { noticeIdOfKey, noticesDue, publishRequest } from '../../shared/records/notice-record.ts';
import { planOfKey, plansDue } from '../../shared/records/plan-record.ts';
import { looksDue, targetOfKey, targetsDue } from '../../shared/records/target-record.ts';

/** A due list, and who hears of what is due there. `paused` is none of them: time alone fires nothing of it. */
export interface List {
  readonly name: string;
  /** What it holds, for the log. */
  readonly what: string;
  readonly queue: 'unpublished' | 'rollouts' | 'looks';
  /** Undefined for a key that this version of Slipway writes into no such list. */
  readonly messageFor: (key: Key) => MessageFor | undefined;
}

type MessageFor = (item: Item, now: number) => Message;

export const lists: readonly List[] = [
  { name: noticesDue, what: 'notices', queue: 'unpublished', messageFor: publishing },
  { name: targetsDue, what: 'targets', queue: 'rollouts', messageFor: nudging },
  { name: looksDue, what: 'looks', queue: 'looks', messageFor: looking },
  { name: plansDue, what: 'plans', queue: 'rollouts', messageFor: pumping },
];

function publishing(key: Key): MessageFor | undefined {
  const id = noticeIdOfKey(key);
  return id === undefined ? undefined : () => ({ body: publishRequest(id) });
}

function nudging(key: Key): MessageFor | undefined {
  const name = targetOfKey(key);
  if (name === undefined) return undefined;
  return ({ body }, now) => nudge({ ...name, generation: Number(body['generation'] ?? 0) }, now);
}

function looking(key: Key): MessageFor | undefined {
  const name = targetOfKey(key);
  return name === undefined ? undefined : () => ({ body: look({ ...name, tries: 0 }) });
}

function pumping(key: Key): MessageFor | undefined {
  const id = planOfKey(key);
  return id === undefined ? undefined : (_item, now) => pump(id, now);
}
