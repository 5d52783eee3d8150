import type { JsonObject } from '../../call/json.js';
import { createPolicy } from '../../wire/policies.js';
import { replaceTools } from '../../wire/servers.js';
import { DemoControlplane } from './demo-controlplane.js';
import { DemoSession } from './demo-session.js';
import type { Outcome } from './judge-call.js';
import type { Act, DemoCall } from './play.js';
import { Story } from './story.js';

const ARGUMENTS: Readonly<Record<string, JsonObject>> = {
  write_file: { path: 'report.txt', content: 'All is well.' },
  move_file: { source: 'report.txt', destination: 'archive.txt' },
  delete_file: { path: 'report.txt' },
  read_file: { path: 'report.txt' },
};

/** How the part of the demo went that has a controlplane. */
export interface ConnectedAct extends Act {
  /** Where the controlplane was. */
  readonly url: string;
}

/**
 * Starts a controlplane and a server connected to it, tells their story, and ends both whatever happens.
 *
 * @param file - The program of the servers.
 */
export async function playConnected(file: string): Promise<ConnectedAct> {
  const controlplane = await DemoControlplane.open();
  try {
    const session = await DemoSession.open(file, 'filesystem', controlplane.environment);
    try {
      const story = new Story(controlplane, session);
      await tell(story);
      return { played: story.played, log: session.log, url: controlplane.url };
    } finally {
      await session.close();
    }
  } finally {
    await controlplane.close();
  }
}

/** What the filesystem server is asked to do. */
function call(tool: string, about: string, expected: Outcome): DemoCall {
  return { tool, arguments: ARGUMENTS[tool] ?? {}, about, expected };
}

async function tell(story: Story): Promise<void> {
  await story.call(call('write_file', 'no policy is about it yet', 'allowed'));

  const block = {
    workflow_name: 'mcp:filesystem:write_file',
    action: 'block',
    reason: 'File writes require approval',
    category: 'scope',
  };
  await story.change(
    'An editor creates a policy, with curl or from any program:',
    createPolicy,
    { body: block },
    'curl',
  );
  await story.call(call('write_file', 'the same call, right after that', 'blocked'));

  const review = { workflow_name: 'mcp:filesystem:move_file', action: 'review', reason: 'Moves need a look' };
  await story.change('Another policy has a person decide:', createPolicy, { body: review });
  await story.ask(call('move_file', 'waits for a person', 'approved'), true);
  await story.ask(call('move_file', 'the same again', 'denied'), false);

  const tools = [
    { name: 'delete_file', action: 'block' },
    { name: '*', action: 'allow' },
  ];
  const table = { params: { server: 'filesystem' }, body: { tools } };
  await story.change('The tool table of the server: a row a tool, and * for all others:', replaceTools, table);
  await story.call(call('delete_file', 'a tool whose row says block', 'blocked'));

  await story.stop('The controlplane is stopped: the server goes by the policies it had last.');
  await story.call(call('write_file', 'still blocked', 'blocked'));
  await story.call(call('read_file', 'still allowed', 'allowed'));

  await story.resume('The controlplane is started again, and gets what it missed of the record:');
}
