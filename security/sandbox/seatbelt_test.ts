import assert from "node:assert/strict";
import { type SeatbeltConfinement, seatbeltProfile } from "./seatbelt.ts";

const RUN: SeatbeltConfinement = {
  folder: { path: "/Users/ada/p", access: "rw" },
  hidden: ["/Users/ada/p/.harombe"],
  guarded: [".git/hooks", "harombe.yaml"],
  scratch: "/private/tmp/run",
  toolchains: ["/opt/homebrew"],
};

Deno.test("the profile of a writable folder, whole", () => {
  assert.equal(
    seatbeltProfile(RUN),
    `(version 1)
(deny default)
(allow process-fork)
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow file-read-metadata)
(allow process-exec file-read* file-map-executable
  (subpath "/usr/lib")
  (subpath "/usr/bin")
  (subpath "/usr/share")
  (subpath "/usr/libexec")
  (subpath "/bin")
  (subpath "/sbin")
  (subpath "/usr/sbin")
  (subpath "/System")
  (subpath "/Library/Apple")
  (subpath "/private/var/db/dyld")
  (subpath "/private/etc/ssl")
  (subpath "/opt/homebrew")
  (subpath "/private/tmp/run")
  (subpath "/Users/ada/p"))
(allow file-read* file-write-data
  (literal "/dev/null")
  (literal "/dev/zero")
  (literal "/dev/random")
  (literal "/dev/urandom"))
(allow file-write*
  (subpath "/private/tmp/run")
  (subpath "/Users/ada/p"))
(deny file-write* (regex #"^/[uU][sS][eE][rR][sS]/[aA][dD][aA]/[pP]/(.*/)?\\.[gG][iI][tT]/[hH][oO][oO][kK][sS](/|$)"))
(deny file-write* (regex #"^/[uU][sS][eE][rR][sS]/[aA][dD][aA]/[pP]/(.*/)?[hH][aA][rR][oO][mM][bB][eE]\\.[yY][aA][mM][lL](/|$)"))
(deny file-read* file-write*
  (subpath "/Users/ada/p/.harombe"))
(deny network*)
(deny mach-lookup)
(deny process-info* (target others))
`,
  );
});

Deno.test("a folder that is granted for reading, or not at all, is nowhere writable", () => {
  const writes = (access: "none" | "ro") => {
    const lines = seatbeltProfile({ ...RUN, folder: { ...RUN.folder, access } }).split("\n");
    return lines.slice(lines.indexOf("(allow file-write*"), lines.indexOf("(deny file-read* file-write*"));
  };
  const expected = ["(allow file-write*", '  (subpath "/private/tmp/run"))'];
  assert.deepEqual([writes("ro"), writes("none")], [expected, expected]);
  assert.ok(!seatbeltProfile({ ...RUN, folder: { ...RUN.folder, access: "none" } }).includes('/Users/ada/p")'));
});

Deno.test("no name of a folder adds a rule", () => {
  const path = '/x") (allow default) (subpath "\\';
  const profile = seatbeltProfile({ ...RUN, folder: { path, access: "rw" } });
  assert.ok(profile.includes('(subpath "/x\\") (allow default) (subpath \\"\\\\")'));
  assert.ok(!/#"[^"]*" *\) *\(allow/.test(profile));
  assert.throws(() => seatbeltProfile({ ...RUN, folder: { path: "/x\n(allow default)", access: "rw" } }), TypeError);
});
