# Completes segue's commands, each one's own options as its --help lists them, and files.
if [ -n "${ZSH_VERSION-}" ]; then autoload -U +X compinit && compinit; autoload -U +X bashcompinit && bashcompinit; fi

_segue_words() { # the commands and options that a --help lists
  "$@" --help 2>/dev/null | grep -oE -e '^ {2,4}[a-z][a-z-]+( |$)|--[a-z][a-z-]*' | tr -d ' ' | sort -u
}

_segue() {
  local word="${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="$(_segue_words segue | grep -v '^-')"
  else
    words="$(_segue_words segue "${COMP_WORDS[1]}")"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}

complete -o default -F _segue segue
