/** Names that say that what they hold is secret. */

const NAMES =
  "pass(?:word|wd|phrase|code)?|passwords|pwd|pw|psw|secret|secrets|token|credential|credentials|creds?|api_?key|apikey|app_?key|" +
  "access_?key(?:_?id)?|secret_?(?:access_?)?key|private_?key|client_?secret|account_?key|storage_?key|shared_?(?:access_?)?key|" +
  "signing_?key|encryption_?key|master_?key|auth_?key|service_?key|session_?key|webhook_?key|license_?key|admin_?key|" +
  "integration_?key|deploy_?key|subscription_?key|consumer_?(?:key|secret)|root_?key|server_?key|jwt_?key|hmac_?key|crypt_?key|" +
  "bot_?key|ssh_?key|preshared_?key|psk|auth_?token|authtoken|access_?token|refresh_?token|bearer|requirepass|masterauth|" +
  "_auth|unseal_?key|key_?material|connection_?password|sig|otp_?seed|totp_?secret|pin_?code|cookie_?secret|salt_?key";
const SUFFIX =
  "(?:_?\\d{1,3}|_(?:value|b64|base64|text|string|prod|production|dev|staging|live|test|old|new|current|primary|secondary|default|plain))?";

const WHOLE = new RegExp(`(?:^|_)(?:${NAMES})${SUFFIX}$`);
/** Glued to a word before: `dbpassword`, `PGPASSWORD`, `mytoken`. */
const GLUED = new RegExp(
  `(?:password|passwd|passphrase|secret|apikey|secretkey|accesskey|privatekey|authtoken|accesstoken|(?:^|_)(?:db|my|pg|mysql|pgsql|user|root|admin|smtp|mail|email|ftp|redis|rabbit|mongo|ldap|wifi|sudo|ssh|vpn|proxy|imap|http|basic|bot)(?:pass|pwd|pw|token))${SUFFIX}$`,
);
const OTHER =
  /(?:^|_)(?:max|min|num|count|total|n|prompt|output|input|completion|used|per|pad|eos|bos|cls|sep|mask|unk|stop|special|start|end|next_?page|prev_?page|page|continuation|sync|cancel(?:lation)?|abort|csrf_param|design|color|theme|syntax|lexer|next|peek|line|word|sub)_tokens?$|(?:^|_)(?:show|hide|forgot|forgotten|reset|change|is|has|no|use|enable|disable|require|requires|without|allow|need|needs|invalid|missing|wrong|incorrect|lost)_(?:tokens?|password|passwd|pass|secrets?|credentials?|api_key|apikey|key)$|^(?:by_?pass|com_?pass|tres_?pass|encom_?pass|sur_?pass|over_?pass|under_?pass)$/;

/** The name in words: lower case, divided by `_`, of a dotted name the last part. */
export function plainName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[-\s]/g, "_").toLowerCase().replace(/\.$/, "");
}

/** True if a field of this name holds a secret: `password`, `DB_PASSWORD`, `clientSecret`, not `tokens` or `max_token`. */
export function isSecretName(name: string): boolean {
  if (name.length > 200) return false;
  const plain = plainName(name).replace(/.*[.:\/]/, "");
  return (WHOLE.test(plain) || GLUED.test(plain)) && !OTHER.test(plain);
}

/** True if what such a name holds was made by a machine: keys and tokens, not passwords. */
export function isMachineName(name: string): boolean {
  return /(?:key|token|secret|credentials?|creds?|bearer|sig|psk|auth|key_id)(?:_?\d{1,3})?$/.test(plainName(name));
}
