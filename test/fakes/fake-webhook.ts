import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Posted, Secrets, Webhook } from '../../shared/ports.ts';

export class FakeWebhook implements Webhook {
  readonly posted: { readonly url: string; readonly payload: JsonValue }[] = [];
  readonly #answers = new Map<string, Posted[]>();

  /** What the next posts to this URL are answered with; after that they are accepted. */
  answer(url: string, ...answers: readonly Posted[]): void {
    this.#answers.set(url, [...answers]);
  }

  post(url: string, payload: JsonValue): Promise<Posted> {
    const answer = this.#answers.get(url)?.shift() ?? { kind: 'accepted' };
    if (answer.kind === 'accepted') this.posted.push({ url, payload });
    return Promise.resolve(answer);
  }
}

/** Secrets Manager's content; what it does not hold it refuses. */
export function fakeSecrets(known: Readonly<Record<string, string>>, refusal: Error): Secrets {
  return {
    read: (name) => {
      const value = known[name];
      return value === undefined ? Promise.reject(refusal) : Promise.resolve(value);
    },
  };
}
