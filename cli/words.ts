import { shortDigest } from '../shared/domain/image-ref.ts';
import type { ImageChange } from '../shared/domain/notice/image-change.ts';

/** `42 s`, `3 min`, `5 h`, `12 days`. */
export function forHowLong(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** `2026-11-01 10:00:00Z` */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** `1.4.2 (0123456789ab)`, or as much of it as is known. */
export function imageName({
  tag,
  digest,
}: {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}): string {
  const short = digest === undefined ? '' : shortDigest(digest);
  if (tag === undefined || tag === '') return short === '' ? '?' : short;
  return short === '' ? tag : `${tag} (${short})`;
}

/** Container by container: what ran, and what runs now. */
export function changesInWords(changes: readonly ImageChange[]): string {
  return changes
    .map(
      ({ container, repository, from, to }) =>
        `${container}: ${repository} ${imageName(from)} → ${imageName(to)}`,
    )
    .join(', ');
}
