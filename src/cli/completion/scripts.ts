export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What a shell reads to complete the words of a command: it asks the program itself, which answers one candidate a line; where it has none, files. */
export const scripts: Readonly<Record<Shell, string>> = {
  bash: `_pim2shop() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _pim2shop pim2shop
`,
  zsh: `#compdef pim2shop
_pim2shop() {
  local -a candidates
  candidates=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=(\${candidates:#})
  if (( \${#candidates} )); then compadd -- $candidates; else _files; fi
}
compdef _pim2shop pim2shop
`,
  fish: `function __pim2shop_complete
    set -l before (commandline -opc)
    set -l begun (commandline -ct)
    $before[1] complete -- $before[2..-1] "$begun" 2>/dev/null
end
complete -c pim2shop -a '(__pim2shop_complete)'
`,
};
