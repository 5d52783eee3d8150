import type { AuthorGovernance } from './governance.js';
import type { ToolDescription } from './tool.js';
import { ConfigError } from './errors/config-error.js';

/** What decorators said of one method. */
export interface MethodNotes {
  readonly tool?: ToolDescription;
  readonly governance?: AuthorGovernance;
}

/**
 * Notes by instance and name of the method: `context.metadata` does not exist on Node 20, and the function itself may
 * be replaced by decorators in between.
 */
const notes = new WeakMap<object, Map<string, MethodNotes>>();

/**
 * Notes what a decorator says of a method, once for every instance.
 *
 * @throws ConfigError on anything but a public method with a name, and where the same is said twice.
 */
export function noteMethod(target: object, context: ClassMethodDecoratorContext, said: MethodNotes): void {
  const { kind, name } = context;
  if (kind !== 'method' || context.private || typeof name !== 'string' || typeof target !== 'function') {
    throw new ConfigError(
      '@tool and @governance go on public methods with a plain name, and are standard decorators: ' +
        'turn experimentalDecorators off in tsconfig.json.',
    );
  }
  context.addInitializer(function (this: unknown) {
    const owner = this as object;
    const methods = notes.get(owner) ?? new Map<string, MethodNotes>();
    const before = methods.get(name);
    const twice = Object.keys(said).find((each) => before?.[each as keyof MethodNotes] !== undefined);
    if (twice !== undefined) throw new ConfigError(`@${twice} is on ${name} twice.`);
    methods.set(name, { ...before, ...said });
    notes.set(owner, methods);
  });
}

/** What was noted of the methods of an instance, in the order of their declaration. */
export function notesOf(instance: object): ReadonlyMap<string, MethodNotes> {
  return notes.get(instance) ?? new Map<string, MethodNotes>();
}
