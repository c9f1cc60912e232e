/** Tokens of code hosts, registries of packages and build services. */
import { END, type Format, mixed } from "./format.ts";

export const CODE_HOSTS: readonly Format[] = [
  // docs.github.com: about authentication to GitHub, token formats.
  { kind: "GitHub token", starts: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], rest: "[A-Za-z0-9]{36,255}" },
  { kind: "GitHub token", starts: ["github_pat_"], rest: "[A-Za-z0-9_]{22,255}" },
  // docs.gitlab.com/security/tokens: token prefixes.
  {
    kind: "GitLab token",
    starts: "pat dt rt cbt ptt ft imt agent oas soat ffct wt".split(" ").map((k) => `gl${k}-`),
    rest: "[A-Za-z0-9_-]{20,300}(?:\\.[A-Za-z0-9_]{2,20}){0,3}",
  },
  { kind: "GitLab token", starts: ["GR1348941"], rest: "[A-Za-z0-9_-]{20,60}" },
  { kind: "Bitbucket token", starts: ["ATCTT3xFfG", "ATBB"], rest: "[A-Za-z0-9_=-]{20,250}", accept: mixed },
  { kind: "Atlassian token", starts: ["ATATT3xFfGF0", "ATSTT3"], rest: "[A-Za-z0-9_=-]{20,300}" },
  { kind: "Gitea token", starts: ["gto_"], rest: `[A-Za-z0-9]{40,60}${END}` },
  { kind: "npm token", starts: ["npm_"], rest: `[A-Za-z0-9]{36}${END}` },
  { kind: "PyPI token", starts: ["pypi-AgE"], rest: "[A-Za-z0-9_-]{50,1000}" },
  { kind: "RubyGems key", starts: ["rubygems_"], rest: "[a-f0-9]{48}" },
  { kind: "NuGet key", starts: ["oy2"], rest: `[a-z0-9]{43}${END}`, accept: mixed },
  {
    kind: "crates.io token",
    starts: ["cio"],
    rest: `[A-Za-z0-9]{32}${END}`,
    accept: (s) => /\d.*\d/.test(s) && /[A-Z]/.test(s),
  },
  { kind: "Clojars token", starts: ["CLOJARS_"], rest: "[a-z0-9]{60}" },
  { kind: "Docker token", starts: ["dckr_pat_", "dckr_oat_"], rest: "[A-Za-z0-9_-]{20,100}" },
  { kind: "Artifactory key", starts: ["AKCp"], rest: `[A-Za-z0-9]{10,200}${END}`, accept: (s) => s.length >= 60 },
  { kind: "Artifactory token", starts: ["cmVmdGtuO"], rest: `[A-Za-z0-9]{20,64}` },
  { kind: "CircleCI token", starts: ["CCIPAT_", "CCIPRJ_"], rest: "[A-Za-z0-9_-]{20,100}" },
  { kind: "Buildkite token", starts: ["bkua_", "bkpat_", "bkct_"], rest: `[a-z0-9]{40,64}` },
  { kind: "SonarQube token", starts: ["squ_", "sqp_", "sqa_"], rest: "[a-z0-9]{40}" },
  { kind: "Sentry token", starts: ["sntrys_", "sntryu_", "sntrya_"], rest: "[A-Za-z0-9+/=_-]{40,400}" },
  {
    kind: "Terraform token",
    starts: [".atlasv1."],
    inside: true,
    before: "[A-Za-z0-9]{14}",
    rest: "[A-Za-z0-9_=-]{60,70}",
  },
  { kind: "Pulumi token", starts: ["pul-"], rest: `[a-f0-9]{40}${END}` },
  { kind: "Scalingo token", starts: ["tk-us-"], rest: "[A-Za-z0-9_-]{48}" },
  { kind: "Postman key", starts: ["PMAK-"], rest: "[a-f0-9]{24}-[a-f0-9]{34}" },
  { kind: "Snyk token", starts: ["snyk_"], rest: "[a-z]{2,8}\\.[A-Za-z0-9._-]{20,200}" },
  { kind: "Sourcegraph token", starts: ["sgp_", "slk_"], rest: "(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40,64}" },
];
