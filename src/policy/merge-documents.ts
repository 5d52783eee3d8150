import type { PolicyDocument, PolicyRule } from './document.js';

type Table<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** One document out of two; tests are left out, since they were written for one of them alone. */
export function mergeDocuments(own: PolicyDocument, other: PolicyDocument): PolicyDocument {
  const name = own.name ?? other.name;
  const defaults = own.defaults ?? other.defaults;
  const tools = mergeTables(own.tools, other.tools);
  const settings = mergeTables(own.settings, other.settings);
  return {
    version: 1,
    ...(name === undefined ? {} : { name }),
    ...(defaults === undefined ? {} : { defaults }),
    ...(tools === undefined ? {} : { tools }),
    rules: [...own.rules, ...renamed(other.rules, own.rules)],
    ...(settings === undefined ? {} : { settings }),
  };
}

/** Names of the other's rules that are taken get a number, the lowest that is free. */
function renamed(rules: readonly PolicyRule[], before: readonly PolicyRule[]): readonly PolicyRule[] {
  const taken = new Set(before.map(({ name }) => name));
  // A number must not make a name equal to one that comes later.
  for (const { name } of rules) if (!taken.has(name)) taken.add(name);
  const first = new Set(before.map(({ name }) => name));
  return rules.map((rule) => {
    if (rule.name === undefined || !first.has(rule.name)) return rule;
    let number = 2;
    while (taken.has(numbered(rule.name, number))) number++;
    const name = numbered(rule.name, number);
    taken.add(name);
    return { ...rule, name };
  });
}

/** Names have at most 256 characters. */
function numbered(name: string, number: number): string {
  return `${name.slice(0, 246)} (${number})`;
}

/** The entries of both, server by server and tool by tool; where both have one, the first stays. */
function mergeTables<T>(own: Table<T> | undefined, other: Table<T> | undefined): Table<T> | undefined {
  if (own === undefined || other === undefined) return own ?? other;
  const servers = new Map(Object.entries(other).map(([server, tools]) => [server, new Map(Object.entries(tools))]));
  for (const [server, tools] of Object.entries(own)) {
    servers.set(server, new Map([...(servers.get(server) ?? []), ...Object.entries(tools)]));
  }
  return Object.fromEntries([...servers].map(([server, tools]) => [server, Object.fromEntries(tools)]));
}
