import { compareVersions, parseVersion, type Version } from '../semver/version.ts';
import { keyOrderRule } from './key-order.ts';
import type { Bump, Checked, TagRule, UnwantedReason } from './policy.ts';

const BUMPS: readonly string[] = ['patch', 'minor', 'major', 'all'] satisfies Bump[];

interface Key {
  readonly version: Version;
  /** Keel takes `1.3` for a version, but not `5`. */
  readonly dotted: boolean;
}

/** Keel's words, relative to what runs. Where that is no version, any version is an upgrade. */
export function bump(word: string): Checked<TagRule> {
  if (!isBump(word)) return { ok: false, problem: `must be ${BUMPS.join(', ')}, not ${word}` };
  const rule = keyOrderRule<Key>({
    unreadable: 'no version',
    strict: false,
    read: (text) => {
      const version = parseVersion(text);
      return version === undefined ? undefined : { version, dotted: text.includes('.') };
    },
    refuse: (key, running) => (running === undefined ? undefined : refuse(word, key, running.version)),
    compare: (a, b) => compareVersions(a.version, b.version),
  });
  return { ok: true, value: rule };
}

function refuse(word: Bump, { version, dotted }: Key, running: Version): UnwantedReason | undefined {
  if (!dotted) return 'one number is no upgrade';
  if (word === 'all') return undefined;
  if (version.prerelease !== running.prerelease) return 'another prerelease';
  if (word === 'major') return undefined;
  const stays = version.major === running.major && (word === 'minor' || version.minor === running.minor);
  return stays ? undefined : 'outside the bump';
}

function isBump(word: string): word is Bump {
  return BUMPS.includes(word);
}
