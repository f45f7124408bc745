import type { Posted, Webhook } from '../ports.ts';

const timeoutMs = 8_000;
const answerMax = 200;

/** POSTs JSON once. What the other side says is returned, never thrown; no message repeats the URL, which is a credential. */
export function httpWebhook(): Webhook {
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
        const answer = (await response.text()).slice(0, answerMax);
        if (response.ok) return { kind: 'accepted' };
        if (response.status === 429) return { kind: 'busy', retryAfterSeconds: retryAfter(response.headers) };
        return { kind: 'refused', status: response.status, answer };
      } catch (error) {
        return { kind: 'unreachable', reason: error instanceof Error ? error.name : 'unknown' };
      }
    },
  };
}

/** Slack sends whole seconds. */
function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
