import type { PolicyTestCall } from '../document.js';
import type { PolicyCall } from '../subject.js';

/** Makes the call that a policy judges of one that was written down: attributes stand beside agent and user there. */
export function toPolicyCall(written: PolicyTestCall): PolicyCall {
  const { server, tool, args, annotations, now } = written;
  const { agent, user, ...attributes } = written.principal ?? {};
  return {
    ...(server === undefined ? {} : { server }),
    tool,
    ...(args === undefined ? {} : { arguments: args }),
    principal: { agent: nameOf(agent), user: nameOf(user), attributes },
    ...(annotations === undefined ? {} : { annotations }),
    ...(now === undefined ? {} : { now: new Date(now) }),
  };
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
