import { createHash, createHmac } from 'node:crypto';
import type { Heard } from './http.ts';

/** Signature version 4 as AWS computes it from what it received. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function isSigned({ method, path, headers, body }: Heard, secret: string): boolean {
  const pattern = /Credential=[^/]+\/(?<scope>\S+), SignedHeaders=(?<names>\S+), Signature=(?<signature>\w+)/;
  const { scope = '', names = '', signature } = pattern.exec(headers['authorization'] ?? '')?.groups ?? {};
  const lines = names.split(';').map((name) => `${name}:${headers[name]?.trim()}\n`);
  const canonical = [method, path, '', lines.join(''), names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secretKey, part) => hmac(secretKey, part), `AWS4${secret}`);
  return hmac(key, text).toString('hex') === signature;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
