/** What plainly stands in the place of a secret. */

const STAND_IN =
  /^(?:\$\S*|&(?:lt|#x3c|#60);.*|pass|passwd|pwd|p[a@]ss?w[o0]rd|xyz|:?\*+|%\S+%|\{\{.*|<.*|\[.*|\*+|[xX]+|[xX0-]{6,}|\.{2,}|…|-+|_+|\?+|#+|@\S+@|@[A-Z_]+|@\w+\..*\(.*|v?\d{1,5}(?:\.\d{1,5}){1,3}(?:[-+][\w.-]{1,40})?|__\S+__|null|none|nil|undefined|true|false|(?:please[-_ ]?)?change[-_ ]?(?:me|it|this)\S*|replace[-_ ]?(?:me|this|with)\S*|(?:insert|enter|put|add|fill|paste|set|use)[-_ ][a-z_ -]{0,80}|example\S*|sample\S*|dummy\S*|placeholder\S*|fake\S*|mock\S*|test|testing|foo|bar|baz|foobar|redacted|removed|masked|hidden|secret|password|todo|tbd|n\/a|empty|default|optional|required|your[-_ ]?.*|my[-_].*(?:here|key|token|secret|password)|(?:some|the|an?)[-_ ][a-z_ -]{0,80}|.*[-_]here|.*_?your_.*|.*(?:<|\{\{)your.*|!(?:vault|secret|ref|sub|getatt|env)\b.*|enc\[.*|vault:.*|op:\/\/.*|(?:aws-?)?secrets?-?manager:.*|ssm:.*|arn:aws:.*|keyring:.*|env[:.].*|file:.*|\/run\/secrets\/.*|\/?(?:var|etc|run|mnt|home|opt|usr|tmp)\/\S*|\.{1,2}\/.*|~\/.*)$/i;

const PLACEHOLDER = /^SECRET_[a-z0-9][a-z0-9_]{0,39}_[0-9a-f]{10}$/;

/** False for `${VAR}`, `<password>`, `****`, `your-key-here`, a path of a secret's file, and what harombe put there itself. */
export function isValue(text: string): boolean {
  return !STAND_IN.test(text) && !PLACEHOLDER.test(text) && !text.startsWith("[secret");
}
