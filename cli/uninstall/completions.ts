/** Where people put the shell's completions by hand, relative to the home. */
export const COMPLETIONS = [
  ".local/share/bash-completion/completions/harombe",
  ".bash_completion.d/harombe",
  ".zfunc/_harombe",
  ".config/fish/completions/harombe.fish",
] as const;
