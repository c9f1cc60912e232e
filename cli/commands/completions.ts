/** `harombe completions <shell>`, and the hidden `harombe complete -- …` that the shells' scripts ask. */
import completionsOf from "@bomb.sh/tab/commander";

/** Adds both to `program`, after every other command. They print by themselves. */
export function addCompletions(program: Parameters<typeof completionsOf>[0]): void {
  completionsOf(program, { completionCommandName: "completions" });
}

/**
 * The script for bash. Needs no other package, and hands the typed words on as they are: the one of the library
 * evaluates them, so that a Tab would run a `$(…)` that stands in a question.
 */
export const BASH = `# bash completion for harombe: source <(harombe completions bash)
_harombe() {
  local word rest current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS=$'\\t' read -r word rest; do
    [[ $word != :* && $word == "$current"* ]] && COMPREPLY+=("$word")
  done < <(harombe complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _harombe harombe
`;
