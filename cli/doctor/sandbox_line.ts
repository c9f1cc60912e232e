/** True if the command line is `doctor --sandbox`: its folder is one of its own. */
export function probesSandbox(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const before = args.slice(0, end < 0 ? undefined : end);
  const words = before.filter((arg) => !arg.startsWith("-"));
  return words[0] === "doctor" && before.includes("--sandbox") && !before.includes("--help") && !before.includes("-h");
}
