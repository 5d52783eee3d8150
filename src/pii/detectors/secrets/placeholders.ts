/** Words that stand where a secret would, and say what it is or that there is none. */
const STOP_WORDS = new Set(
  (
    'null none nil undefined true false yes no string str text boolean bool number int integer object any unknown void ' +
    'never required optional redacted masked hidden removed placeholder default empty unset invalid missing expired ' +
    'password passwd pwd pass secret token apikey api_key key value username user email bearer basic n/a na tbd ' +
    'must should cannot is was has not the your enter example env input type field reset forgot confirm change ' +
    'encrypted hashed protected disabled enabled authentication authorization ' +
    'incorrect wrong failed weak strong valid visible generated automatic manual provided given below above changed ' +
    'updated unchanged mismatch same see this that foobar dummy changeme change_me fixme foo bar baz todo header ' +
    'query cookie body path fail test varchar char bytes buffer function error warning info mandatory needed plaintext ' +
    // How other languages label the field of a form.
    'passwort kennwort contraseña contrasena senha wachtwoord hasło heslo lösenord adgangskode passord salasana parola ' +
    'şifre jelszó clave geheim 密码 密碼 パスワード 비밀번호 пароль'
  ).split(' '),
);
const LONGEST_STOP_WORD = 16;
/** What a template or a program has where the value will be; also what redaction has written. */
const TEMPLATE =
  /(?:\.{3}|…)$|^(?:##[A-Z0-9_]+##[.,;:!?)]*$|\$[A-Z_][A-Z0-9_]*$|\$[a-z_]+$|%[A-Za-z_]+%$|%[sdv]$|\{[\w.]*\}$|<[^>]*>$|\[[^\]]*\]$|@[A-Za-z]+$|__\w+__$)/;
const INTERPOLATION =
  /^\$[{(]|\$\{[\w.:?!()'" |,+-]*\}|\{\{[^{}]*\}\}|^\{\{|#\{[^{}]*\}|<%|\$\([\w ./-]+|%\(\w+\)|%7B\w+%7D|%[sdr](?![A-Za-z0-9])|&(?:lt|gt|#x?[0-9A-F]+);?/i;
/** A place where the value is kept, and words for the reader to replace. */
const REFERENCE =
  /^(?:process\.env|os\.environ|env[.(:]|getenv|vault:|secrets?[./]|ref\+|your[-_ ]|my[-_ ](?:password|secret|token|api)|insert[-_ ]|replace[-_ ]|[a-z][a-z0-9+.-]{1,20}:\/\/|arn:|encrypted:|ENC\[|file:|!(?:Ref|Sub|GetAtt)|projects\/|data:|@Microsoft\.KeyVault)/i;
const PATH = /^(?:\.{0,2}\/|~\/|[A-Z]:\\)|\.(?:pem|key|crt|txt|json|ya?ml|env|js|ts|py|html?|svg|png|md)$/i;
/**
 * Words within a value by which its author says that it is none: `a-fake-key`, `AKIA...EXAMPLE`; but the domain of an
 * e-mail address (`example.com`, RFC 2606, section 3) says nothing of the password beside it.
 */
const SAYS_FAKE =
  /(?:^|[^a-z])(?:fake|dummy|sample|placeholder|changeme|redacted|your|insert|lorem)(?:[^a-z]|$)|(?<!\s\S{1,64}@[\w.-]{0,64})(?!(?<=@[\w.-]{0,64})[\w.-]{1,64}\s)example|^(?:your|my|some|the|example|sample|new|old|current|default|enter)[-_ .]?(?:new[-_ ]?)?(?:password|passwd|pwd|pass|secret|token|api[-_]?key|(?:client|top)[-_ ]?secret)(?:[-_ ]?here)?\d{0,3}$/i;
/** One character again and again, with or without separators: `****`, `xxxx-xxxx`, `......`. */
const MASKED = /^[*•xX._\-#0]+(?:\.{3})?$|^(.)\1+$/;
/** Keys of messages and of screens: `auth.errors.password`, `reset_password`, `confirmPassword`. */
const MESSAGE_KEY =
  /^(?:[a-z]+(?:[-_][a-z]+)*[-_](?:password|passwd|token|secret|passphrase)|(?:password|token|secret)(?:[-_][a-z]+)+|[a-z]+(?:[A-Z][a-z]+)*(?:Password|Passwd|Token|Secret)\d?|[A-Za-z]+(?:[./][A-Za-z_]+)+)$|^--/;

/** True for a text that stands where a secret would and is none: a placeholder, a template, a reference, a mask. */
export function isPlaceholder(value: string): boolean {
  return (
    (value.length <= LONGEST_STOP_WORD && STOP_WORDS.has(value.toLowerCase())) ||
    TEMPLATE.test(value) ||
    INTERPOLATION.test(value) ||
    REFERENCE.test(value) ||
    SAYS_FAKE.test(value) ||
    MASKED.test(value) ||
    MESSAGE_KEY.test(value)
  );
}

/** True for a text that has the form of a path to a file. */
export function isPath(value: string): boolean {
  return PATH.test(value);
}
