/** Which variables a run may be given: none that would change what is run instead of what it is told. Pure. */

const NEVER =
  /^(LD_|DENO_|NODE_|BASH_ENV$|ENV$|PYTHON(PATH|HOME|STARTUP|INSPECT)$|SHELLOPTS$|BASHOPTS$|IFS$|PATH$|HOME$|GCONV_PATH$|GLIBC_TUNABLES$|MALLOC_)/;

/** True if `name` changes what is run. */
export function changesWhatRuns(name: string): boolean {
  return NEVER.test(name);
}

/** True for the name of a variable that a person may choose for a value. */
export function isOwnVariable(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]{0,63}$/.test(name) && !NEVER.test(name);
}
