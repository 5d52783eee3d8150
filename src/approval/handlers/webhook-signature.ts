import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is signed, as Standard Webhooks has it: id, time in seconds since 1970, and the exact body. */
export interface SignedMessage {
  readonly id: string;
  readonly timestamp: string;
  readonly body: string;
}

/** `v1,` and the HMAC-SHA-256 of `id.timestamp.body`, in base64 (standardwebhooks.com). */
export function signWebhook({ id, timestamp, body }: SignedMessage, secret: string): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/**
 * True where one of the signatures, separated by spaces, is right, and the message was signed at most `toleranceSeconds`
 * before or after `now` (milliseconds since 1970). Takes the same time whatever the signature.
 */
export function isSigned(
  message: SignedMessage,
  signatures: string,
  secret: string,
  now: number,
  toleranceSeconds: number,
): boolean {
  if (!/^\d{1,12}$/.test(message.timestamp)) return false;
  if (Math.abs(now / 1000 - Number(message.timestamp)) > toleranceSeconds) return false;
  const wanted = Buffer.from(signWebhook(message, secret));
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
