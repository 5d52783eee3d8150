import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookApproval, type WebhookApprovalOptions } from '../../../src/approval/handlers/webhook-approval.js';
import { isSigned, signWebhook } from '../../../src/approval/handlers/webhook-signature.js';
import { ConfigError } from '../../../src/errors/config-error.js';
import { ManualClock } from '../../../src/testing/index.js';
import { approvalRequest, REFUSAL } from '../support.js';

const SECRET = 'a secret that is long enough for this';
const NOW = 1_750_000_000_000;

interface Question {
  readonly body: { id: string; binding: string; arguments: object };
  readonly headers: IncomingMessage['headers'];
  readonly signed: boolean;
}

type Respond = (question: Question, response: ServerResponse) => void;

const open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A service on this machine that answers as it is told to. */
async function serve(respond: Respond) {
  const asked: Question[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { headers } = request;
      const message = { id: String(headers['webhook-id']), timestamp: String(headers['webhook-timestamp']), body };
      const signed = isSigned(message, String(headers['webhook-signature']), SECRET, NOW, 0);
      const question = { body: JSON.parse(body) as Question['body'], headers, signed };
      asked.push(question);
      response.setHeader('connection', 'close');
      respond(question, response);
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/approve`, asked };
}

interface Answering {
  readonly answer?: object;
  readonly secret?: string;
  readonly id?: string;
  readonly signedAt?: number;
}

/** Answers with a decision, signed. */
function decide({ answer, secret = SECRET, id, signedAt = NOW }: Answering = {}): Respond {
  return ({ body: asked }, response) => {
    const { id: asking, binding } = asked;
    const decision = { type: 'approval.decided', id: asking, binding, approved: true, approver: 'kim', ...answer };
    const message = {
      id: id ?? asking,
      timestamp: String(Math.floor(signedAt / 1000)),
      body: JSON.stringify(decision),
    };
    response.setHeader('webhook-id', message.id);
    response.setHeader('webhook-timestamp', message.timestamp);
    response.setHeader('webhook-signature', `v1,AAAA ${signWebhook(message, secret)}`);
    response.end(message.body);
  };
}

function handlerFor(url: string, over: Partial<WebhookApprovalOptions> = {}, clock = new ManualClock(NOW)) {
  return webhookApproval({ url, secret: SECRET, allowHttp: true, allowPrivateAddresses: true, ...over }, { clock });
}

test('asks with a signed question, and heeds the signed answer', async () => {
  const { url, asked } = await serve(decide());
  expect(await handlerFor(url)(REFUSAL, approvalRequest())).toEqual({ approved: true, approver: 'kim' });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    signed: true,
    body: { type: 'approval.requested', id: 'request-1', tool: 'write_file', arguments: { path: '/tmp/x' } },
  });
  expect(asked[0]!.body).toMatchObject({ principal: { agent: 'agent-1', user: 'ann' } });
});

test('asks again, under the same id, where the service has no answer yet', async () => {
  const clock = new ManualClock(NOW);
  const { url, asked } = await serve((question, response) => {
    if (asked.length === 1) response.writeHead(202, { 'retry-after': '7' }).end();
    else decide({ answer: { approved: false }, signedAt: NOW + 7000 })(question, response);
  });
  const answering = handlerFor(url, {}, clock)(REFUSAL, approvalRequest());
  await clock.untilPending();
  await clock.advance(7000);
  expect(await answering).toMatchObject({ approved: false });
  expect(asked.map(({ headers }) => headers['webhook-id'])).toEqual(['request-1', 'request-1']);
});

describe('an answer that does not count', () => {
  test.each<[string, Respond, string]>([
    ['has no signature', (_, response) => response.end('{"approved":true}'), 'bad_signature'],
    ['is signed with another secret', decide({ secret: 'another secret' }), 'bad_signature'],
    ['was signed too long ago', decide({ signedAt: NOW - 301_000 }), 'bad_signature'],
    ['was signed in the future', decide({ signedAt: NOW + 301_000 }), 'bad_signature'],
    ['is signed for another id', decide({ id: 'request-2' }), 'bad_signature'],
    ['is about another request', decide({ answer: { id: 'request-2' } }), 'other_request'],
    ['is about other arguments', decide({ answer: { binding: 'c' } }), 'other_request'],
    ['is the question itself', decide({ answer: { type: 'approval.requested' } }), 'other_request'],
    ['leads elsewhere', (_, response) => response.writeHead(307, { location: '/other' }).end(), 'status_307'],
    ['is a fault of the service', (_, response) => response.writeHead(500).end(), 'status_500'],
    ['is larger than an answer', (_, response) => response.end('x'.repeat(70_000)), 'UND_ERR_RES_EXCEEDED_MAX_SIZE'],
  ])('%s', async (_, respond, code) => {
    const { url, asked } = await serve(respond);
    await expect(handlerFor(url)(REFUSAL, approvalRequest())).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });
});

test('nobody is asked any longer than somebody waits', async () => {
  const over = new AbortController();
  const { url } = await serve(() => {
    over.abort();
  });
  await expect(handlerFor(url)(REFUSAL, approvalRequest({ signal: over.signal }))).rejects.toThrow();
});

test('an address that is not public is not reached, whatever its name', async () => {
  const { url, asked } = await serve(decide());
  const named = url.replace('127.0.0.1', 'localhost');
  const handler = handlerFor(named, { allowPrivateAddresses: false });
  await expect(handler(REFUSAL, approvalRequest())).rejects.toThrow('the address of the webhook is not public');
  expect(asked).toEqual([]);
});

test.each([
  [{ url: 'http://example.com' }, 'allowHttp'],
  [{ url: 'ftp://example.com' }, 'https address'],
  [{ url: 'nothing' }, 'https address'],
  [{ url: 'https://127.0.0.1/' }, 'allowPrivateAddresses'],
  [{ url: 'https://[::1]/' }, 'allowPrivateAddresses'],
  [{ url: 'https://0x7f000001/' }, 'allowPrivateAddresses'],
  [{ url: 'https://example.com', secret: 'short' }, '32 characters'],
])('%j is refused when it is given', (options, text) => {
  expect(() => webhookApproval({ secret: SECRET, ...options })).toThrow(ConfigError);
  expect(() => webhookApproval({ secret: SECRET, ...options })).toThrow(text);
});
