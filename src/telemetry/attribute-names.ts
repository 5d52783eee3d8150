import { ATTRIBUTES } from './attributes.js';

/** The name of each attribute under the configured prefix. */
export type AttributeNames = Readonly<Record<keyof typeof ATTRIBUTES, string>>;

/**
 * Names the attributes: the reference's own stand under a prefix, OpenTelemetry's stay as they are.
 *
 * @param prefix - In place of `waxell.mcp.`.
 */
export function nameAttributes(prefix: string): AttributeNames {
  const named = Object.entries(ATTRIBUTES).map(([key, { name }]) => [
    key,
    name.replace(/^waxell\.mcp\./, () => prefix),
  ]);
  return Object.freeze(Object.fromEntries(named)) as AttributeNames;
}
