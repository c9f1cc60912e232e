/** Where the bytes of a backup go until the file is whole; the launcher grants this name beside the file's own. */
export function draftOf(file: string): string {
  return `${file}.part`;
}
