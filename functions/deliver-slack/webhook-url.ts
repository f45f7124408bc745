import { RejectedInput } from '../../shared/faults.ts';

/**
 * The secret is the webhook's URL, or JSON with the member `webhook`. Plain HTTP is for loopback alone. No error repeats the
 * secret: a webhook's URL is its credential.
 */
export function webhookUrl(secret: string, name: string): string {
  const text = secret.trim();
  const url = URL.parse(text.startsWith('{') ? fromJson(text, name) : text);
  const isLoopback = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url.href;
  throw new RejectedInput(
    `the secret ${name} holds no webhook URL: it must be https://hooks.slack.com/services/… or {"webhook": "https://…"}`,
  );
}

function fromJson(text: string, name: string): string {
  const value = parsed(text);
  if (value === undefined) throw new RejectedInput(`the secret ${name} begins like JSON and is none`);
  const url: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'webhook') : undefined;
  return typeof url === 'string' ? url : '';
}

/** The parser's own error quotes what it read, so it is not kept as a cause. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
