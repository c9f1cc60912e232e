import assert from "node:assert/strict";
import { diskOf, keepsFiles, parseDf } from "./disk.ts";

/** GNU df 9.1 and macOS 14, `df -Pk`. */
const TEXT = `Filesystem              1024-blocks     Used Available Capacity Mounted on
devtmpfs                   12334492        0  12334492       0% /dev
/dev/vda                  264212084 13689896  81811368      15% /
/dev/sda1                 100 100 -4 104% /mnt/over full
//nas/share of mine       200 50 150 25% /mnt/nas
overlay                   10 1 9 10% /var/lib/docker/overlay2/x/merged
/dev/loop3                10 10 0 100% /snap/core/1
proc                      0 0 0 - /proc
map auto_home             0 0 0 100% /System/Volumes/Data/home
tank                      900 0 900 0% /tank
tmpfs                     40 0 40 0% /home/me/.harombe
`;

Deno.test("df's lines become file systems, those that keep files and those that do not", () => {
  const all = parseDf(TEXT);
  assert.deepEqual(all.filter(keepsFiles), [
    {
      filesystem: "/dev/vda",
      mount: "/",
      bytes: 264212084 * 1024,
      usedBytes: 13689896 * 1024,
      freeBytes: 81811368 * 1024,
    },
    { filesystem: "/dev/sda1", mount: "/mnt/over full", bytes: 102400, usedBytes: 102400, freeBytes: 0 },
    { filesystem: "//nas/share of mine", mount: "/mnt/nas", bytes: 204800, usedBytes: 51200, freeBytes: 153600 },
    { filesystem: "tank", mount: "/tank", bytes: 921600, usedBytes: 0, freeBytes: 921600 },
  ]);
  assert.equal(all.length, 8);
  assert.deepEqual(parseDf("df: cannot read table of mounted file systems\n"), []);
  const cases: [string, string | null][] = [
    ["/home/me", "/"],
    ["/home/me/.harombe", "/home/me/.harombe"],
    ["/home/me/.harombe/models", "/home/me/.harombe"],
    ["/home/me/.harombe2", "/"],
    ["/tankard", "/"],
    ["/mnt/over full/x", "/mnt/over full"],
  ];
  for (const [path, mount] of cases) assert.equal(diskOf(all, path)?.mount ?? null, mount, path);
  assert.equal(diskOf([], "/x"), null);
});

Deno.test("lines that are made to look endless are no file systems", () => {
  assert.deepEqual(parseDf(`/dev/x ${" ".repeat(200_000)}1 1 1 1% /x\n`), []);
  assert.deepEqual(parseDf(Array.from({ length: 2000 }, () => "a 1 ".repeat(250)).join("\n")), []);
});
