/** What of the machine Deno may tell a program: the confinement shows no more of it than any run sees. */
export const HARMLESS_SYS: readonly string[] = [
  "cpus",
  "gid",
  "homedir",
  "hostname",
  "loadavg",
  "osRelease",
  "osUptime",
  "systemMemoryInfo",
  "uid",
  "userInfo",
];
