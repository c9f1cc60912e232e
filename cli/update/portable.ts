/** What tells a portable harombe file from any other; pure. */

/** Bytes of a file's beginning that `isPortable` needs. */
export const HEAD_BYTES = 256;

/** True for the beginning of the portable file's script. */
export function isPortable(head: string): boolean {
  return /^#!\/bin\/sh\n# harombe \S+ for /.test(head);
}
