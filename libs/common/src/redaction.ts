const SECRET = '[secret]';
/** A cause has a cause: nobody reads further than this. */
const CAUSES = 3;

/**
 * What gives access, by its looks: the user of a URL, tokens (`eyJ….….…`), refresh tokens, API keys, webhook secrets, and
 * whatever stands behind an authorization scheme. For the places that nobody thought of: texts of other people's errors.
 */
const LOOKS =
  /(?<=:\/\/)[^\s/@"\\]+(?=@)|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+|\bs[rw]_[0-9a-f]{24}_[\w-]+|\bwhsec_[\w+/=-]+|(?<=\b(?:Bearer|Basic) )[\w.+/=~-]+/g;

/** One of these is in whatever looks like a secret: looked for first, since nearly no line has one and the pattern is slow. */
const SIGNS = ['eyJ', '://', 'sw_', 'sr_', 'whsec_', 'Bearer ', 'Basic '];

export function withoutSecrets(text: string): string {
  return SIGNS.some((sign) => text.includes(sign)) ? text.replace(LOOKS, SECRET) : text;
}

export interface PlainError {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: PlainError | string;
}

/**
 * An error as the log has it: what tells what happened, and nothing else that a library has hung on it. Redis' errors carry the
 * command that failed, also when that was the password.
 */
export function plainError(error: unknown, depth = 0): PlainError | string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(cause !== undefined && depth < CAUSES && { cause: plainError(cause, depth + 1) }),
  };
}
