import type { GovernanceOptions } from '../config/options.js';

/** Where clients come in: the standard streams of this process, or HTTP. */
export type InboundOptions =
  | { readonly kind: 'stdio' }
  | {
      readonly kind: 'http';
      readonly host: string;
      readonly port: number;
      readonly path?: string;
      /** Bearer tokens; the name is who calls. */
      readonly tokens?: readonly (string | { readonly name: string; readonly token: string })[];
      readonly oauth?: OAuthInbound;
      readonly allowedHosts?: readonly string[];
      readonly allowedOrigins?: readonly string[];
    };

/** Whose access tokens are taken, and for what. */
export interface OAuthInbound {
  readonly issuer: string;
  readonly audience?: string;
  readonly jwksUrl: string;
  readonly resource: string;
  readonly scopes?: readonly string[];
}

/** How a server is started or reached. */
export type UpstreamTarget =
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | { readonly kind: 'http'; readonly url: string; readonly headers?: Readonly<Record<string, string>> };

/** One server behind the proxy. */
export interface UpstreamOptions {
  /** The name under which its calls are governed. Default: what the server calls itself. */
  readonly name?: string;
  readonly target: UpstreamTarget;
  /** What governs its calls. */
  readonly governance: GovernanceOptions;
}

/** Everything `startProxy(options)` takes. */
export interface ProxyOptions {
  readonly inbound: InboundOptions;
  /** One server, or several behind one endpoint: then tools are prefixed with the names of their servers. */
  readonly upstreams: readonly UpstreamOptions[];
}
