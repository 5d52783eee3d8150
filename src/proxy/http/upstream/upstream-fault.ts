/** An upstream server did not do what it should; the text quotes nothing that came from it. */
export class UpstreamFault extends Error {
  /** What it answered with; undefined where it did not answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.name = 'UpstreamFault';
    this.status = status;
  }
}

/** Says of any fault what became of a request. */
export function toUpstreamFault(fault: unknown): UpstreamFault {
  if (fault instanceof UpstreamFault) return fault;
  const { code, name } = Object(fault) as { readonly code?: unknown; readonly name?: unknown };
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new UpstreamFault('The upstream server did not answer in time.');
  }
  if (name === 'AbortError') return new UpstreamFault('The request to the upstream server was given up.');
  const known = typeof code === 'string' && /^\w{1,40}$/.test(code) ? ` (${code})` : '';
  return new UpstreamFault(`The upstream server cannot be reached${known}.`);
}

/** What a status says of a request that was not served. */
export function faultOfStatus(status: number): UpstreamFault {
  if (status >= 300 && status < 400) {
    return new UpstreamFault(
      `The upstream server sent the proxy elsewhere (HTTP ${status}), which it does not follow: configure the final address.`,
      status,
    );
  }
  const hint = status === 401 || status === 403 ? ': check the credentials in the configuration of the proxy' : '';
  return new UpstreamFault(`The upstream server refused the request (HTTP ${status})${hint}.`, status);
}
