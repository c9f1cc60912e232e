import assert from "node:assert/strict";
import { ownedFrom } from "./owned.ts";

const nothing = { executor: "auto", image: null, mounts: [] };

Deno.test("the launcher reads the owner's executor, image and mounts from plain block style", () => {
  const config = `
security:
  rules:
    deny:
      - "shell:rm *"
  sandbox:
    executor: podman # for now
  containers:
    shell:
      image: "debian:12"
      mounts:
        - /srv/data:/data:rw
      - /srv/tools
        - "relative:/x"
other:
  sandbox:
    executor: gvisor
`;
  assert.deepEqual(ownedFrom(config.replace("      - /srv/tools", "        - /srv/tools"), {}), {
    executor: "podman",
    image: "debian:12",
    mounts: [{ from: "/srv/data", to: "/data", writable: true }, {
      from: "/srv/tools",
      to: "/srv/tools",
      writable: false,
    }],
  });
});

Deno.test("what names no executor of the owner's leaves the choice open, and what names another is no choice", () => {
  for (
    const text of ["", "sandbox:\n  executor: podman\n", "security: {sandbox: {executor: podman}}\n", "# security:\n"]
  ) {
    assert.deepEqual(ownedFrom(text, {}), nothing, text);
  }
  assert.deepEqual(ownedFrom("", { HAROMBE_SECURITY_SANDBOX_EXECUTOR: "gvisor" }).executor, "gvisor");
  assert.throws(() => ownedFrom("security:\n  sandbox:\n    executor: none\n", {}), TypeError);
});
