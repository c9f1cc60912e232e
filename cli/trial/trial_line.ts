/** True if the command line is `models test`. */
export function isTrial(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const words = args.slice(0, end < 0 ? undefined : end).filter((arg) => !arg.startsWith("-"));
  return words[0] === "models" && words[1] === "test" && !args.includes("--help") && !args.includes("-h");
}
