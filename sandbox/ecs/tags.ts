import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { invalidParameter } from './aws-error.ts';
import { records, text } from './input.ts';

const MAX_TAGS = 50;

/** The tags of a request, checked as ECS checks them. */
export function readTags(input: JsonObject): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of records(input, 'tags') ?? []) {
    const key = text(tag, 'key') ?? '';
    const value = text(tag, 'value') ?? '';
    checkTag(key, value);
    if (tags.has(key))
      throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    tags.set(key, value);
  }
  return checkCount(tags);
}

export function checkCount(tags: Map<string, string>): Map<string, string> {
  if (tags.size > MAX_TAGS) throw invalidParameter('The maximum number of tags per resource is 50.');
  return tags;
}

function checkTag(key: string, value: string): void {
  if (key === '' || key.length > 128 || value.length > 256)
    throw invalidParameter('Tag key or value is too long or empty.');
  if (/^aws:/i.test(key)) throw invalidParameter('Tag keys cannot start with the reserved prefix aws:');
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  if (!allowed.test(key) || !allowed.test(value))
    throw invalidParameter('Tag keys and values contain characters that are not allowed.');
}
