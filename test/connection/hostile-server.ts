import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** Answers one request, in whatever way. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

const json = { 'content-type': 'application/json' };
const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    void response
      .writeHead(code, { ...json, ...headers })
      .end('{"error":"internal_error","message":"","request_id":""}');

/** An allow, as generous as it can be put: nothing of it may count where the answer around it is faulty. */
export const ALLOW = JSON.stringify({
  ...{ action: 'allow', decision: 'allow', reason: '', policy_id: null, metadata: {}, revision: 1, matched: true },
  ...{ rule_name: 'r', layer: null, conflicts: [], risk: null, approvers: [], timeout_minutes: null },
  ...{ throttle_delay_seconds: null, mandatory: false, final: false },
});

const withAction = (action: unknown): string => JSON.stringify({ ...JSON.parse(ALLOW), action, decision: action });

/** Ways to answer that are no answer, by name. */
export const HOSTILE: Readonly<Record<string, Answering>> = {
  '500': status(500),
  '503': status(503, { 'retry-after': '1' }),
  '429': status(429, { 'retry-after': '99999999' }),
  '401': status(401),
  '403': status(403),
  'a page with 200': (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in to the wireless network</html>'),
  'a page that claims to be JSON': (_, response) => void response.writeHead(200, json).end('<html></html>'),
  'truncated JSON': (_, response) => void response.writeHead(200, json).end(ALLOW.slice(0, -20)),
  'less than was promised': (_, response) => {
    response.writeHead(200, { ...json, 'content-length': String(ALLOW.length + 10) }).write(ALLOW);
    response.socket?.end();
  },
  nothing: (_, response) => void response.writeHead(200, json).end(),
  'a number': (_, response) => void response.writeHead(200, json).end('1'),
  'a million brackets': (_, response) => void response.writeHead(200, json).end('['.repeat(1_000_000)),
  'ALLOW with a blank': (_, response) => void response.writeHead(200, json).end(withAction('ALLOW ')),
  'Allow in capitals': (_, response) => void response.writeHead(200, json).end(withAction('Allow')),
  'an unknown action': (_, response) => void response.writeHead(200, json).end(withAction('permit')),
  'a list of actions': (_, response) => void response.writeHead(200, json).end(withAction(['allow'])),
  'two actions': (_, response) => void response.writeHead(200, json).end(ALLOW.replace('{', '{"action":"block",')),
  'a reset': (request) => void request.socket.destroy(),
  hanging: () => undefined,
  'one byte a second': (_, response) => {
    response.writeHead(200, json);
    let at = 0;
    const timer = setInterval(() => response.write(ALLOW[at++ % ALLOW.length]), 1000);
    response.on('close', () => clearInterval(timer));
  },
  '100 MB': (_, response) => {
    response.writeHead(200, json);
    const piece = Buffer.alloc(1024 * 1024, ' ');
    let left = 100;
    const more = (): void => {
      while (left-- > 0) if (!response.write(piece)) return void response.once('drain', more);
      response.end(ALLOW);
    };
    more();
  },
  'a gzip bomb': (_, response) => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(bomb);
  },
};

/** A server that answers as it is told, and remembers who asked for what. */
export class HostileServer {
  readonly #server = createServer((request, response) => {
    this.requests.push(request);
    // What a door sends has to be read before it can be answered in most ways.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.onBody(Buffer.concat(chunks).toString());
      this.answering(request, response);
    });
  });
  readonly requests: IncomingMessage[] = [];
  answering: Answering = (_, response) => void response.writeHead(200, json).end(ALLOW);

  /** Told of each body. */
  onBody: (body: string) => void = () => undefined;

  /** Binds a port; a given one where it is to be at the same address again. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
