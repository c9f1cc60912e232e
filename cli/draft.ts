/** Where a file that a command writes stands until it is whole. The launcher grants this path and the file's own. */
export function draftOf(path: string): string {
  return `${path}.part`;
}
