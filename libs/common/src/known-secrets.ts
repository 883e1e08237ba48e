/** Words that stand in examples for something to be put in their place. */
const PLACEHOLDER =
  /change[-_ ]?(me|this|it)|replace[-_ ]?(me|this|with)|your[-_ ]?(secret|password|token|key)|placeholder|^<.*>$/i;
/** What people set so that it is set. */
const COMMON = new Set(
  'admin administrator default example guest inventory mongo mongodb password passw0rd postgres redis root secret stockwire test user'.split(
    ' ',
  ),
);

/** Whether a secret is one that stands in examples, or the first that anybody would try. Of a URL it is the password that counts. */
export function isKnownToAll(secret: string): boolean {
  const [, inUrl] = /^[a-z+]+:\/\/[^/@]*:([^/@]*)@/.exec(secret) ?? [];
  // A URL without a password has no secret; whether that is right the network has to know.
  if (inUrl === undefined && secret.includes('://')) return false;
  const text = inUrl ?? secret;
  return PLACEHOLDER.test(text) || COMMON.has(stem(text));
}

/** `Admin123!` and `adminadmin` are `admin`. */
function stem(text: string): string {
  const word = text
    .toLowerCase()
    .replace(/[^a-z0]+$/, '')
    .replace(/[-_ 0-9!]+$/, '');
  return /^(.+?)\1+$/.exec(word)?.[1] ?? word;
}
