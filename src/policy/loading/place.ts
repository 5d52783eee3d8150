/** A place in a document: the keys and indexes that lead to it. Made on every step, so it is one small object. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
}

/** The place of a member or an element; without a parent, of the document. */
export function placeAt(parent: Place | undefined, key: string | number): Place {
  return { parent, key };
}

/** The steps that lead to a place, from the document on. */
export function stepsTo(place: Place | undefined): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.parent) steps.unshift(at.key);
  return steps;
}

/** Writes the steps as a path: `rules[3].when["args.limit"].lte`. */
export function pathText(steps: readonly (string | number)[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_][\w-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}
