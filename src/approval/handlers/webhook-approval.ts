import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import { type Clock, systemClock } from '../../call/clock.js';
import { isJsonObject } from '../../call/json.js';
import { ConfigError } from '../../errors/config-error.js';
import type { ApprovalDecision, ApprovalHandler, ApprovalRequest } from '../approval.js';
import { isPublicAddress, lookUpPublic } from './public-address.js';
import { isSigned, signWebhook } from './webhook-signature.js';

/** What `webhookApproval` takes. */
export interface WebhookApprovalOptions {
  /** Where the question goes: an `https` address. */
  readonly url: string;
  /** With what questions and answers are signed; at least 32 characters, known to both ends alone. */
  readonly secret: string;
  /** True: `http` may be used. Default false. */
  readonly allowHttp?: boolean;
  /** True: loopback, private and other addresses that are not public may be reached. Default false. */
  readonly allowPrivateAddresses?: boolean;
  /** Seconds by which the time of a signed answer may be off. Default 300. */
  readonly toleranceSeconds?: number;
}

/** What a webhook stands on, for tests to replace. */
export interface WebhookInternals {
  /** Default: the machine's time. */
  readonly clock?: Clock;
}

const MAX_ANSWER_BYTES = 64 * 1024;
const MIN_SECRET_CHARACTERS = 32;
const RETRY_SECONDS = 5;
const MAX_RETRY_SECONDS = 60;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Makes a handler that asks a service of your own, by a signed HTTP request, and heeds its signed answer alone.
 *
 * The service may hold the request until somebody has decided, or answer 202 and be asked again (`Retry-After`, default
 * 5 seconds), with the same `webhook-id`. No redirect is followed. Whatever goes wrong is a denial.
 *
 * @throws ConfigError for an address or a secret that cannot be right.
 */
export function webhookApproval(options: WebhookApprovalOptions, internals: WebhookInternals = {}): ApprovalHandler {
  const url = checkUrl(options);
  const { secret, toleranceSeconds = 300, allowPrivateAddresses = false } = options;
  if (typeof secret !== 'string' || secret.length < MIN_SECRET_CHARACTERS) {
    throw new ConfigError(`webhookApproval: secret must have at least ${MIN_SECRET_CHARACTERS} characters.`);
  }
  const clock = internals.clock ?? systemClock;
  let dispatcher: Dispatcher | undefined;
  return async (_error, request) => {
    const { request: send } = await import('undici');
    dispatcher ??= await createDispatcher(allowPrivateAddresses);
    const body = JSON.stringify(toQuestion(request));
    for (;;) {
      const timestamp = String(Math.floor(clock.now() / 1000));
      const {
        statusCode,
        headers,
        body: answer,
      } = await send(url, {
        dispatcher,
        method: 'POST',
        signal: request.signal,
        body,
        headers: {
          'content-type': 'application/json',
          'webhook-id': request.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': signWebhook({ id: request.id, timestamp, body }, secret),
        },
      });
      const text = await answer.text();
      if (statusCode === 202) {
        await pause(headers['retry-after'], clock, request.signal);
      } else if (statusCode === 200) {
        const [id, signedAt, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
          one(headers[`webhook-${name}`]),
        );
        const message = { id: id ?? '', timestamp: signedAt ?? '', body: text };
        const signed = isSigned(message, signatures ?? '', secret, clock.now(), toleranceSeconds);
        if (message.id !== request.id || !signed) throw new WebhookError('bad_signature');
        return toDecision(text, request);
      } else {
        throw new WebhookError(`status_${statusCode}`);
      }
    }
  };
}

/** Loaded when it is needed: most users ask nobody over HTTP. */
async function createDispatcher(allowPrivateAddresses: boolean): Promise<Dispatcher> {
  const { Agent } = await import('undici');
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...(!allowPrivateAddresses && { lookup: lookUpPublic }) };
  // How long an answer may take is the request's own deadline.
  return new Agent({ connect, headersTimeout: 0, bodyTimeout: 0, maxResponseSize: MAX_ANSWER_BYTES });
}

/** An answer that does not count; its code ends up in the log, and nothing else of what came. */
class WebhookError extends Error {
  constructor(readonly code: string) {
    super(`the webhook did not answer as it should: ${code}`);
    this.name = 'WebhookError';
  }
}

function checkUrl({ url, allowHttp = false, allowPrivateAddresses = false }: WebhookApprovalOptions): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['https:', 'http:'].includes(parsed.protocol)) {
    throw new ConfigError('webhookApproval: url must be an https address.');
  }
  if (parsed.protocol === 'http:' && !allowHttp) {
    throw new ConfigError('webhookApproval: url must be https. For http, set allowHttp: true.');
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  // An address in the url is never looked up, so it is checked here.
  if (isIP(host) !== 0 && !allowPrivateAddresses && !isPublicAddress(host)) {
    throw new ConfigError('webhookApproval: url is no public address. For yours, set allowPrivateAddresses: true.');
  }
  return parsed;
}

function toQuestion({ signal: _signal, elicit: _elicit, inbox: _inbox, principal, ...shown }: ApprovalRequest): object {
  const { agent, user } = principal;
  return { type: 'approval.requested', ...shown, principal: { agent, user } };
}

/** The answer repeats what it is about, so that a signed answer to one question is no answer to another. */
function toDecision(text: string, request: ApprovalRequest): ApprovalDecision {
  const answer: unknown = JSON.parse(text);
  if (!isJsonObject(answer)) throw new WebhookError('no_decision');
  const { type, id, binding, approved, approver, remember } = answer;
  if (type !== 'approval.decided' || id !== request.id || binding !== request.binding) {
    throw new WebhookError('other_request');
  }
  return { approved, approver, remember } as ApprovalDecision;
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function pause(retryAfter: string | string[] | undefined, clock: Clock, signal: AbortSignal): Promise<void> {
  const said = Number(one(retryAfter));
  const seconds = said >= 1 ? Math.min(said, MAX_RETRY_SECONDS) : RETRY_SECONDS;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      callOff();
      reject(new WebhookError('no_answer'));
    };
    const callOff = clock.after(seconds * 1000, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
