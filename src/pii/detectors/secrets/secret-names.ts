import { tableOfLetters, withLetterAhead } from './three-letters.js';

/** What kind of secret a name announces. */
export type SecretKind =
  | 'password'
  | 'secret'
  | 'api_key'
  | 'token'
  | 'aws_key'
  | 'azure_storage_key'
  /** The name only hints at a secret, so that the value has to look random itself. */
  | 'hinted'
  /** As `hinted`, by the name of a provider whose keys are UUIDs. */
  | 'hinted_uuid';

const MOST_NAMES = 512;

const PASSWORD = /(?:password|passwd|passphrase|passcode|passwort|passwrd|pwd|contrasena)$/;
/** Short words that are only meant as such when they stand alone in a name: `db_pass`, not `bypass`. */
const SHORT_PASSWORD = /(?:^|[_.-])(?:pass|pw|psw)$|[a-z]Pass$/;
/** A host whose credentials Bundler takes from the environment (bundler.io, "bundle config": gem source credentials). */
const BUNDLER_HOST = /^BUNDLE_[A-Z0-9_]+__(?:COM|ORG|NET)$/;
const SECRET =
  /(?:secret|secretkey|secretaccesskey|signingkey|encryptionkey|encryptkey|privatekey|jwtkey|hmackey|cryptkey|secretkeybase|clientsecret|webhookkey|authsalt)$/;
const API_KEY =
  /(?:apikey|accesskey|authkey|subscriptionkey|licensekey|licencekey|masterkey|servicekey|accountkey|appkey|applicationkey|adminkey|writekey|serverkey|restkey|integrationkey|routingkey|deploykey|sharedkey|storagekey|consumerkey|userkey|teamkey|ingestkey|ingestionkey|dbkey|databasekey|clientkey|privkey)$/;
const TOKEN = /(?:token|bearer)$/;
/** Tokens that only say where to go on, or which request is meant: they must come back unchanged, and open nothing. */
const HARMLESS_TOKEN =
  /(?:page|paging|pagination|continuation|continue|progress|cancel|cancellation|resume|cursor|delta|special|keyword|punctuator|operator|semicolon|lookahead|badge)[^a-z0-9]*token$/;
/** Those of parsers, of language models and of style sheets, whose names are parts of other words. */
const HARMLESS_WORDS = (
  'next prev previous sync max min num count total stop start end pad eos bos unk sep cls mask first ' +
  'last per pre close open closing opening comma colon dot brace paren bracket arrow syntax current ' +
  'design color context equals prefix suffix public'
).split(' ');
/** `next_token`, in lower case. */
const HARMLESS_TOKEN_WORD = new RegExp(`(?:^|[^a-z])(?:${HARMLESS_WORDS.join('|')})[^a-z0-9]*token$`);
/** `myNextToken`, as it is written. */
const HARMLESS_TOKEN_HUMP = new RegExp(`[a-z0-9](?:${HARMLESS_WORDS.map(capitalized).join('|')})Token$`);
/** Providers whose keys a name without a word for secrets announces: `STRIPE_KEY`, `okta = "..."`. */
const PROVIDERS = (
  'adafruit airtable algolia alibaba aliyun amplitude anthropic artifactory asana atlassian auth0 bitbucket ' +
  'bittrex braintree cerebras circleci clickhouse clojars cloudant cloudflare cloudinary codecov cohere ' +
  'coinbase confluent contentful databricks datadog deepseek digitalocean discord docusign doppler droneci ' +
  'dropbox dynatrace easypost etsy facebook fastly figma finicity finnhub firebase flickr flutterwave ' +
  'freshbooks freshdesk gitter gocardless grafana groq harness heroku honeycomb hubspot huggingface ibm infura ' +
  'intercom ipstack jfrog jira klaviyo kraken kucoin launchdarkly linear linkedin looker mailchimp mailgun ' +
  'mailjet mandrill mapbox mattermost maxmind message_?bird mistral mixpanel netlify new_?relic nytimes octopus ' +
  'okta onesignal openai openrouter openweather opsgenie pagerduty paypal perplexity pinecone plaid planetscale ' +
  'plivo posthog postman postmark pulumi rapidapi razorpay rollbar salesforce scalingo sendbird sendgrid ' +
  'sendinblue sentry shippo shodan shopify slack snyk softlayer sonar sourcegraph splunk squarespace stripe ' +
  'sumologic supabase telegram travis trello twilio twitch twitter typeform vercel virustotal webex yandex ' +
  'zendesk'
).split(' ');
const PROVIDER = new RegExp(`(?:^|_)(?:${PROVIDERS.join('|')})(?:_|$|(?=api|key|token))`);
const UUID_PROVIDER = /heroku|snyk|sendbird|messagebird|postmark|clickup|scalingo|square|sendinblue|logentries|hubspot/;
/** Words for secrets anywhere in a name: `API_KEY_PROD`, `tokenV2`, `webhookSigning`. */
const HINTS =
  'key token secret passw passphrase pwd auth credential api access client private signing webhook bearer salt jwt hmac'.split(
    ' ',
  );
/** Such as are parts of other words: `cred`, and the `sig` and `sas` of URLs that are signed. */
const HINT = new RegExp(`${HINTS.join('|')}|creds?(?:_|$)|(?:^|_)s(?:ig|as)$`);
/** A name without the first three letters of any of these hints at nothing, as three reads a letter tell. */
const HINT_LETTERS = tableOfLetters([[...HINTS, 'sig', 'sas', ...PROVIDERS], 1]);
/** What makes such a name harmless: identifiers, digests, places, and words that only sound like it. */
const HARMLESS =
  /(?:id|ids|hash|sha|sha1|sha256|sha512|md5|checksum|digest|etag|fingerprint|thumbprint|integrity|name|path|file|url|uri|host|domain|version|type|size|length|count|index|prefix|suffix|format|label|title|message|arn|email|user|username|date|at|time|expiry|endpoint|region|algorithm|schema|query|selector|class|status|code|icon|color|image|src|href|resolved|tag|commit|ref|branch|revision|rev|build|trace|span|hint|tokens|address|symbol|point|subnet|group|role|policy|scope|realm)s?\d?$|public|pub_?key|primary|foreign|partition|sort_?key|cache|row_?key|data_?key|group_?key|object_?key|s3_?key|idempoten|dedup|request|correlation|trace|author|monkey|keyboard|keyword|tokeniz|turkey|hockey|keyframe|keycode|keymap|fixture|snapshot|capital|rapid_?id|therapi|sitekey|site_?key|translation|i18n|locale|^(?:key|keys|api|client|access|nonce|cookie)$/;

/**
 * The kind of secret that a name announces by its last word: `DB_PASSWORD`, `x-api-key`, `clientSecret`.
 *
 * Names that only mention one (`password_hint`, `token_count`, `secretName`) announce none, or only hint at it.
 */
export function secretKindOf(name: string): SecretKind | undefined {
  return announcedKindOf(name) ?? hintedKindOf(name);
}

/** The kind of secret that a name announces beyond doubt, so that its value may be short and made of words. */
export const announcedKindOf = remembered(readAnnouncedKind);

/** The kind of secret that a name hints at: only a value that looks random itself is taken for it. */
export const hintedKindOf = remembered(readHintedKind);

/** A text has few names, each of them many times; what is remembered is bounded, and a copy, as a part keeps its whole. */
function remembered(kindOf: (name: string) => SecretKind | undefined): typeof kindOf {
  const known = new Map<string, SecretKind | undefined>();
  return (name) => {
    const kind = known.get(name);
    if (kind !== undefined || known.has(name)) return kind;
    if (known.size === MOST_NAMES) known.clear();
    const read = kindOf(name);
    known.set(Buffer.from(name, 'utf16le').toString('utf16le'), read);
    return read;
  };
}

function readAnnouncedKind(name: string): SecretKind | undefined {
  const lower = name.toLowerCase();
  const plain = lower.replace(/[^a-z0-9]/g, '');
  // The last letter says which of the lists a name may be in; most names are in none.
  switch (plain.at(-1)) {
    case 'n':
    case 'r':
      return TOKEN.test(plain) && !isHarmlessToken(name) ? 'token' : undefined;
    case 'h':
      return lower.endsWith('_auth') ? 'token' : undefined;
    case 'y':
      return keyKindOf(name, plain);
    case 't':
      return SECRET.test(plain) ? secretOf(plain) : passwordOf(name, plain);
    default:
      return passwordOf(name, plain);
  }
}

function passwordOf(name: string, plain: string): SecretKind | undefined {
  const isPassword =
    PASSWORD.test(plain) ||
    SHORT_PASSWORD.test(name) ||
    SHORT_PASSWORD.test(name.toLowerCase()) ||
    BUNDLER_HOST.test(name);
  return isPassword ? 'password' : undefined;
}

function keyKindOf(name: string, plain: string): SecretKind | undefined {
  if (SECRET.test(plain)) {
    return secretOf(plain);
  }
  if (API_KEY.test(plain)) {
    return plain.endsWith('accountkey') ? 'azure_storage_key' : 'api_key';
  }
  const words = plain.length > 3 && plain.endsWith('key') ? wordsOf(name) : '';
  return PROVIDER.test(words) && !HARMLESS.test(words) ? 'api_key' : undefined;
}

function secretOf(plain: string): SecretKind {
  return plain.includes('aws') || plain.endsWith('secretaccesskey') ? 'aws_key' : 'secret';
}

function readHintedKind(name: string): SecretKind | undefined {
  if (!mayHint(name, 0, name.length)) {
    return undefined;
  }
  const words = wordsOf(name);
  if ((!HINT.test(words) && !PROVIDER.test(words)) || HARMLESS.test(words)) {
    return undefined;
  }
  if (isHarmlessToken(name)) {
    return undefined;
  }
  return UUID_PROVIDER.test(words) ? 'hinted_uuid' : 'hinted';
}

/** True if what stands between two places may hint at a secret; looked at from its end. */
export function mayHint(text: string, start: number, end: number): boolean {
  const table = HINT_LETTERS;
  let letters = 0;
  for (let at = end - 1; at >= start; at -= 1) {
    letters = withLetterAhead(letters, text.charCodeAt(at));
    if (table[letters] === 1 && at <= end - 3) {
      return true;
    }
  }
  return false;
}

function isHarmlessToken(name: string): boolean {
  if (name.length <= 'token'.length) {
    return false;
  }
  const lower = name.toLowerCase();
  return HARMLESS_TOKEN_WORD.test(lower) || HARMLESS_TOKEN_HUMP.test(name) || HARMLESS_TOKEN.test(lower);
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A name in lower case with an underscore between its words: `stripe_api_key` for `StripeApiKey` and `stripe.api-key`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}
