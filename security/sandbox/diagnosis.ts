/** Why bubblewrap does not work here, and what to do about it. Pure: from what it printed and what the kernel says of itself. */

export type Symptoms = {
  /** Null if there is no bwrap in the usual places. */
  bwrap: string | null;
  bash: boolean;
  /** What `bwrap … true` printed on stderr. */
  stderr: string;
  /** Values of the files below, as text; absent where the file does not exist. */
  sysctl: Partial<Record<keyof typeof SYSCTL, string>>;
  /** Text of /proc/1/environ and /proc/1/cgroup as far as it can be read, and which marker files exist. */
  container: "docker" | "podman" | "lxc" | null;
  root: boolean;
};

export const SYSCTL = {
  apparmor: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
  clone: "/proc/sys/kernel/unprivileged_userns_clone",
  max: "/proc/sys/user/max_user_namespaces",
} as const;

export type Diagnosis = { cause: string; cure: string };

const INSTALL =
  "install bubblewrap: apt install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora), pacman -S bubblewrap (Arch)";

/** One cause and one cure, the most specific that the symptoms prove. */
export function diagnose(symptoms: Symptoms): Diagnosis {
  const { sysctl, container } = symptoms;
  const said = symptoms.stderr.trim().split("\n")[0]?.slice(0, 300) ?? "";
  if (symptoms.bwrap === null) return { cause: "bubblewrap is not installed.", cure: `unavailable: ${INSTALL}.` };
  if (!symptoms.bash) {
    return {
      cause: "bash is not installed, which closes inherited descriptors before a run.",
      cure: "unavailable: install bash.",
    };
  }
  if (/[Uu]nknown option/.test(said)) {
    return { cause: `This bubblewrap is too old: ${said}.`, cure: "Install bubblewrap 0.8.0 or later." };
  }
  if (sysctl.max?.trim() === "0") {
    return {
      cause: "User namespaces are switched off (user.max_user_namespaces = 0).",
      cure: "As root: sysctl user.max_user_namespaces=10000, and the same line in /etc/sysctl.d/.",
    };
  }
  if (sysctl.clone?.trim() === "0" && !symptoms.root) {
    return {
      cause: "User namespaces are kept from ordinary users (kernel.unprivileged_userns_clone = 0).",
      cure: "As root: sysctl kernel.unprivileged_userns_clone=1, and the same line in /etc/sysctl.d/.",
    };
  }
  const denied = /[Pp]ermission denied|Operation not permitted|RTM_NEWADDR/.test(said);
  if (denied && sysctl.apparmor?.trim() === "1") {
    return {
      cause:
        "AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns = 1), as Ubuntu 23.10 and later do.",
      cure:
        "As root: install an AppArmor profile that allows `userns` for /usr/bin/bwrap (Ubuntu 24.04: apt install apparmor-profiles and link bwrap-userns-restrict), then systemctl reload apparmor.",
    };
  }
  if (container === "lxc") {
    return {
      cause: `bubblewrap cannot set up inside this LXC container: ${said || "refused"}.`,
      cure: "On the host: set features nesting=1 for the container and start it again.",
    };
  }
  if (container !== null) {
    return {
      cause: `bubblewrap cannot set up inside this ${container} container: ${said || "refused"}.`,
      cure:
        `Start the container with: ${container} run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined.`,
    };
  }
  if (/No space left/.test(said)) {
    return {
      cause: `All user namespaces are in use: ${said}.`,
      cure: "As root: raise sysctl user.max_user_namespaces.",
    };
  }
  if (/Resource temporarily unavailable/.test(said)) {
    return {
      cause: `No more processes are allowed to this user: ${said}.`,
      cure: "End some processes, or raise `ulimit -u`.",
    };
  }
  if (/not supported|Invalid argument|Function not implemented/.test(said)) {
    return {
      cause: `This kernel lacks what bubblewrap needs: ${said}.`,
      cure: "Run a kernel with CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS and CONFIG_SECCOMP_FILTER.",
    };
  }
  return {
    cause: `bubblewrap does not work here: ${said || "it gave no reason"}.`,
    cure: "Run `bwrap --unshare-user --ro-bind / / true` and mend what it names.",
  };
}
