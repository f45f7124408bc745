import { createHash } from 'node:crypto';
import { invalid } from './refusal.ts';

const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestPattern = /^sha256:[a-f0-9]{64}$/;
const REPOSITORY_NAME_MAX = 256;

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

export function isRepositoryName(text: string): boolean {
  return text.length <= REPOSITORY_NAME_MAX && repositoryPattern.test(text);
}

export function checkRepositoryName(name: string): void {
  if (isRepositoryName(name)) return;
  throw invalid(
    'NAME_INVALID',
    `'${name.slice(0, REPOSITORY_NAME_MAX)}' is no repository name: lower-case letters and digits, separated by . _ - or /, at most ${REPOSITORY_NAME_MAX} characters`,
  );
}

export function checkTag(tag: string): void {
  if (isTag(tag)) return;
  throw invalid(
    'TAG_INVALID',
    `'${tag.slice(0, 128)}' is no tag: letters, digits, . _ and -, not beginning with . or -, at most 128 characters`,
  );
}

export function checkDigest(digest: string): void {
  if (isDigest(digest)) return;
  throw invalid(
    'DIGEST_INVALID',
    `'${digest.slice(0, 200)}' is no digest: sha256: and 64 hexadecimal digits`,
  );
}
