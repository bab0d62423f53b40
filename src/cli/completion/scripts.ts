import type { CommandWords } from './command-words.js';

export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** The completion script of a shell for these commands. */
export const completionScript = (shell: Shell, words: readonly CommandWords[]): string => {
  if (shell === 'bash') return bash(words);
  return shell === 'zsh' ? zsh(words) : fish(words);
};

/** The words typed so far that are commands make a path; what may follow it is looked up. */
const bash = (
  words: readonly CommandWords[],
): string => `# quire completion for bash: eval "$(quire completion bash)"
_quire() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${words.flatMap(({ path }) => (path === '' ? [] : [quote(path)])).join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  local found=""
  case "$path" in
${words.map(({ path, commands, options }) => `    ${quote(path)}) found=${quote(wordList(commands, options))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$found" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default
}
complete -F _quire quire
`;

/** Not `path`, which zsh ties to PATH. */
const zsh = (words: readonly CommandWords[]): string => `#compdef quire
# quire completion for zsh: eval "$(quire completion zsh)"
_quire() {
  local typed="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${typed:+$typed }$word" in
      ${words.flatMap(({ path }) => (path === '' ? [] : [`(${quote(path)})`])).join('|')}) typed="\${typed:+$typed }$word" ;;
    esac
  done
  local -a found
  case "$typed" in
${words.map(({ path, commands, options }) => `    (${quote(path)}) found=(${[...commands, ...options].map(({ word, description }) => quote(`${word}:${description.replaceAll(':', '\\:')}`)).join(' ')}) ;;`).join('\n')}
  esac
  _describe 'quire' found || _files
}
compdef _quire quire
`;

const fish = (words: readonly CommandWords[]): string => {
  const lines = words.flatMap(({ path, commands, options }) => {
    const condition = `__quire_at ${quote(path)}`;
    return [
      ...commands.map(
        ({ word, description }) =>
          `complete -c quire -f -n ${quote(condition)} -a ${quote(word)} -d ${quote(description)}`,
      ),
      ...options.map(
        ({ word, description }) =>
          `complete -c quire -n ${quote(condition)} -l ${quote(word.slice(2))} -d ${quote(description)}`,
      ),
    ];
  });
  return `# quire completion for fish: quire completion fish | source
function __quire_at
    set -l path ""
    for word in (commandline -opc)[2..]
        set -l next (string trim "$path $word")
        contains -- $next ${words.flatMap(({ path }) => (path === '' ? [] : [quote(path)])).join(' ')}; and set path $next
    end
    test "$path" = "$argv[1]"
end
${lines.join('\n')}
`;
};

const wordList = (...lists: readonly (readonly { readonly word: string }[])[]): string =>
  lists
    .flat()
    .map(({ word }) => word)
    .join(' ');

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
