const DRIVE = /^[a-z]:[\\/]/i;
/** A dot, a slash or a backslash in percent encoding: whoever decodes it later goes somewhere else. */
const ENCODED = /%(2e|2f|5c)/i;

/**
 * Reads a path as one that starts with `/` (or, for Windows, with a drive in lower case) and knows no other separator.
 *
 * Undefined for everything that different programs read differently: that is not for us to guess.
 */
export function readPath(text: string, windows: boolean): string | undefined {
  const plain = /^file:/i.test(text) ? fromFileUrl(text, windows) : text;
  if (plain === undefined || plain.includes('\0') || ENCODED.test(plain)) return undefined;
  if (!windows) return plain.startsWith('/') && !plain.includes('\\') ? plain : undefined;
  if (!DRIVE.test(plain)) return undefined;
  const path = plain.replaceAll('\\', '/').toLowerCase();
  // What follows a second colon is a stream of the file, not its name.
  return path.includes(':', 2) || path.split('/').some(isTrimmed) ? undefined : path;
}

/** Windows leaves out dots and blanks at the end of a name. */
function isTrimmed(segment: string): boolean {
  return /[. ]$/.test(segment) && segment !== '.' && segment !== '..';
}

/** The path of a `file:` URL (RFC 8089) of this very machine. */
function fromFileUrl(text: string, windows: boolean): string | undefined {
  // Parsers drop some of these signs and cut at others, each in its own way.
  if (ENCODED.test(text) || /[\\?#]/.test(text) || hasControl(text)) return undefined;
  const match = /^file:(?:\/\/(?:localhost)?)?(\/(?!\/).*)$/i.exec(text);
  if (match === null) return undefined;
  try {
    const path = decodeURIComponent(match[1] as string);
    return windows && DRIVE.test(path.slice(1)) ? path.slice(1) : path;
  } catch {
    return undefined;
  }
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) <= 0x20) return true;
  return false;
}
