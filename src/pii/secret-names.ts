/** What kind of secret a name announces. */
export type SecretKind = 'password' | 'secret' | 'api_key' | 'token' | 'aws_key' | 'azure_storage_key';

const PASSWORD = /(?:password|passwd|passphrase|passcode|pword|pwd)$/;
/** Short words that are only meant as such when they stand alone in a name: `db_pass`, not `bypass`. */
const SHORT_PASSWORD = /(?:^|[_.-])(?:pass|pw)$|[a-z]Pass$/;
const SECRET = /(?:secret|secretkey|secretaccesskey|signingkey|encryptionkey|privatekey)$/;
const API_KEY = /(?:apikey|accesskey|authkey|subscriptionkey|licensekey|masterkey|servicekey|accountkey|appkey)$/;
const TOKEN = /(?:token|bearer)$/;
/** Tokens that only say where to go on, or which request is meant: they must come back unchanged, and open nothing. */
const HARMLESS_TOKEN =
  /(?:page|paging|pagination|next|prev|previous|continuation|continue|sync|progress|cancel|cancellation|resume|cursor|delta|max|min|num|count|total|stop|start|end|pad|eos|bos|mask|special|first|last|per)token$/;

/**
 * The kind of secret that a name announces by its last word: `DB_PASSWORD`, `x-api-key`, `clientSecret`.
 *
 * Names that only mention one (`password_hint`, `token_count`, `secretName`) announce none.
 */
export function secretKindOf(name: string): SecretKind | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (PASSWORD.test(plain) || SHORT_PASSWORD.test(name) || SHORT_PASSWORD.test(name.toLowerCase())) {
    return 'password';
  }
  if (SECRET.test(plain)) {
    return plain.includes('aws') || plain.endsWith('secretaccesskey') ? 'aws_key' : 'secret';
  }
  if (API_KEY.test(plain)) {
    return plain.endsWith('accountkey') ? 'azure_storage_key' : 'api_key';
  }
  return TOKEN.test(plain) && !HARMLESS_TOKEN.test(plain) ? 'token' : undefined;
}
