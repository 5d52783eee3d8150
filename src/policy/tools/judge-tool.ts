/** What is known of a tool before anybody has called it: claims of its author. */
export interface DescribedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema?: Readonly<Record<string, unknown>> | undefined;
  readonly annotations?: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean } | undefined;
}

/** What a tool seems to do to the world. */
export type Effect = 'reads' | 'reveals' | 'writes' | 'destroys';

const READING = words(
  'get list read search find fetch describe show view lookup count stat stats info status check head tree diff log echo help',
);
const DESTROYING = words('delete remove drop destroy wipe purge truncate erase kill terminate uninstall reset revoke');
const WRITING = words(
  'write create update edit add set put post patch send move rename copy upload run exec execute eval shell command script ' +
    'install deploy commit push merge publish pay transfer import save insert upsert apply start stop restart trigger call',
);
/** What opens other doors: reading it is more than reading. */
const SECRET = words('env environment secret secrets password passwords credential credentials token tokens');
/** A tool that takes a whole program does whatever the program says. */
const PROGRAMS = words('sql query statement command cmd script code shell');

/** Judges a tool by its name, its annotations and its arguments; where they differ, by the worst of them. */
export function judgeTool(tool: DescribedTool): Effect {
  const named = wordsIn(tool.name);
  const effect = effectOf(tool, named);
  return effect === 'reads' && named.some((word) => SECRET.has(word)) ? 'reveals' : effect;
}

function effectOf({ annotations, inputSchema }: DescribedTool, named: readonly string[]): Exclude<Effect, 'reveals'> {
  if (named.some((word) => DESTROYING.has(word))) return 'destroys';
  if (annotations?.readOnlyHint === true && !named.some((word) => WRITING.has(word))) return 'reads';
  // The hint that a tool destroys is often set for one that overwrites: a person decides.
  if (annotations?.readOnlyHint === false || annotations?.destructiveHint === true) return 'writes';
  if (argumentsOf(inputSchema).some((argument) => wordsIn(argument).some((word) => PROGRAMS.has(word)))) {
    return named.some((word) => word === 'search' || word === 'find') ? 'reads' : 'writes';
  }
  return named.some((word) => READING.has(word)) && !named.some((word) => WRITING.has(word)) ? 'reads' : 'writes';
}

/** The names of a tool's arguments. */
export function argumentsOf(inputSchema: DescribedTool['inputSchema']): readonly string[] {
  const properties = inputSchema?.['properties'];
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function wordsIn(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
