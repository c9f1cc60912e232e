import assert from "node:assert/strict";
import { diagnose, type Symptoms } from "./diagnosis.ts";

const HEALTHY: Symptoms = { bwrap: "/usr/bin/bwrap", bash: true, stderr: "", sysctl: {}, container: null, root: false };
const UID_MAP = "bwrap: setting up uid map: Permission denied";
const NO_NS = "bwrap: Creating new namespace failed: Operation not permitted";

Deno.test("each failure of bubblewrap has its cause and its cure", () => {
  const cases: [symptoms: Partial<Symptoms>, cause: RegExp, cure: RegExp][] = [
    [{ bwrap: null }, /not installed/, /apt install bubblewrap/],
    [{ bash: false }, /bash/, /install bash/],
    [{ stderr: "bwrap: Unknown option --disable-userns" }, /too old/, /0\.8\.0/],
    [
      { sysctl: { max: "0\n" }, stderr: "bwrap: No space left" },
      /max_user_namespaces = 0/,
      /sysctl user\.max_user_namespaces/,
    ],
    [
      { sysctl: { clone: "0\n" }, stderr: "bwrap: No permissions to create new namespace" },
      /unprivileged_userns_clone = 0/,
      /unprivileged_userns_clone=1/,
    ],
    [{ sysctl: { clone: "0\n" }, root: true, stderr: NO_NS }, /Operation not permitted/, /bwrap/],
    [{ sysctl: { apparmor: "1\n" }, stderr: UID_MAP }, /AppArmor/, /apparmor/],
    [
      { sysctl: { apparmor: "1\n" }, stderr: "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted" },
      /AppArmor/,
      /apparmor/,
    ],
    [
      { sysctl: { apparmor: "0\n" }, container: "docker", stderr: NO_NS },
      /docker container/,
      /--security-opt seccomp=unconfined/,
    ],
    [{ container: "podman", stderr: NO_NS }, /podman container/, /podman run/],
    [{ container: "lxc", stderr: "bwrap: Failed to mount proc" }, /LXC/, /nesting=1/],
    [
      { stderr: "bwrap: Creating new namespace failed: No space left on device" },
      /namespaces are in use/,
      /max_user_namespaces/,
    ],
    [
      { stderr: "bwrap: Creating new namespace failed: Resource temporarily unavailable" },
      /No more processes/,
      /ulimit -u/,
    ],
    [{ stderr: "bwrap: Creating new namespace failed: Invalid argument" }, /kernel lacks/, /CONFIG_USER_NS/],
    [{ stderr: "bwrap: something new" }, /something new/, /mend/],
    [{}, /no reason/, /mend/],
  ];
  for (const [symptoms, cause, cure] of cases) {
    const found = diagnose({ ...HEALTHY, ...symptoms });
    assert.match(found.cause, cause);
    assert.match(found.cure, cure);
  }
});
