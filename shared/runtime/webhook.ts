import type { Posted, Webhook } from '../ports.ts';
import { readUpTo } from './read-up-to.ts';

const patienceMs = 8_000;
const answerMax = 200;

/** POSTs JSON once. What the other side says is returned, never thrown; no message repeats the URL, which is a credential. */
export function httpWebhook(timeoutMs = patienceMs): Webhook {
  return {
    async post(url, payload): Promise<Posted> {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(payload),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        const { text: answer } = await readUpTo(response, answerMax);
        if (response.ok) return { kind: 'accepted' };
        if (response.status === 429) return { kind: 'busy', retryAfterSeconds: retryAfter(response.headers) };
        return { kind: 'refused', status: response.status, answer };
      } catch (error) {
        return { kind: 'unreachable', reason: reasonOf(error) };
      }
    },
  };
}

/** Codes and names alone: messages of `fetch` may hold the URL. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}

/** Slack sends whole seconds. */
function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
