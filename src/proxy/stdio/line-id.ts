const ID = String.raw`"id"\s*:\s*(\d{1,15}|"[^"\\\p{Cc}]{1,128}")`;
const VERSION = String.raw`(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?`;
const METHOD = String.raw`(?:"method"\s*:\s*"[^"\\]{1,128}"\s*,\s*)?`;

const AT_HEAD = new RegExp(`^\\s*\\{\\s*${VERSION}${METHOD}${VERSION}${ID}\\s*,`, 'u');
const AT_TAIL = new RegExp(`[}\\]"\\d]\\s*,\\s*${ID}\\s*\\}\\s*$`, 'u');
const ANSWER = new RegExp(`^\\s*\\{\\s*${VERSION}(?:${ID}\\s*,\\s*)?"(?:result|error)"\\s*:`, 'u');

/** The id of a message of which nothing but its ends was kept; null where they do not tell. */
export function idOfEnds(head: string, tail: string): string | number | null {
  const found = AT_HEAD.exec(head) ?? AT_TAIL.exec(tail);
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as string | number);
}

/** True where a message of which its beginning was kept is an answer. */
export function isAnswerByHead(head: string): boolean {
  return ANSWER.test(head);
}
