import { maxPusherBytes, wording } from './wording.js';

/**
 * The part of the hook that is the same for every repository; `root`, `repo`, `node`, `quire` and `timeout` are set
 * before it. Plain POSIX: dash, bash, busybox and others run it.
 */
export const hookScript = `
LC_ALL=C
newline='
'

# A pusher who presses Ctrl-C now has pushed all the same.
trap '' HUP INT

# The pusher sees what is written to 4; 3 carries the name of the spool file past the pipe that the message takes.
main() {
  if ! cd -- "$root" 2>/dev/null; then
    warn "${wording.rootGone('$root')}"
  elif [ ! -S server.sock ]; then
    spooled=$(report 3>&1 >/dev/null)
    explain "${wording.notRunning}" "${wording.whenItStarts}"
  elif [ ! -w server.sock ]; then
    spooled=$(report 3>&1 >/dev/null)
    explain "${wording.noAccess('$root/server.sock')}" "${wording.later}"
  elif command -v curl >/dev/null 2>&1; then
    answer=$({ report | post_with_curl; } 3>&1)
    show_answer "$?"
  else
    spooled=$({ report | post_with_node /dev/stdin >&4; } 3>&1) || explain "${wording.noClient}" "${wording.later}"
  fi
}

# Spools the push; prints the message on 1 and on 3 the name of the spool file, empty when there is none.
report() {
  make_id
  find_pusher
  message=$(compose)
  if keep; then printf '%s\\n' "spool/$id.json" >&3; else printf '\\n' >&3; fi
  printf '%s\\n' "$message"
}

warn() {
  printf 'quire: %s\\n' "$1" >&2
}

# The push id: 9 base-32 digits of the time in milliseconds, then 11 random ones.
make_id() {
  now=$(date +%s%3N)
  case $now in
    '' | *[!0-9]*) now=$(date +%s)000 ;;
  esac
  id=
  append_digits "$now" 9
  uuid=
  { read -r uuid; } 2>/dev/null </proc/sys/kernel/random/uuid
  set -- "0x\${uuid%%-*}" "0x\${uuid##*-}"
  if [ "\${#1}:\${#2}" != 10:14 ]; then
    set -- $(od -An -N8 -tu4 /dev/urandom)
  fi
  append_digits "$(($1))" 6
  append_digits "$(($2))" 5
}

# Appends the lowest $2 base-32 digits of the number $1 to the id.
append_digits() {
  value=$1 count=$2 digits=
  while [ "$count" -gt 0 ]; do
    pick "$((value & 31))" 0 1 2 3 4 5 6 7 8 9 a b c d e f g h j k m n p q r s t v w x y z
    digits=$picked$digits value=$((value >> 5)) count=$((count - 1))
  done
  id=$id$digits
}

pick() {
  shift "$(($1 + 1))"
  picked=$1
}

find_pusher() {
  pusher=\${QUIRE_PUSHER:-\${REMOTE_USER:-\${GL_USERNAME:-\${LOGNAME:-$USER}}}}
  [ -n "$pusher" ] || pusher=$(id -un 2>/dev/null) || pusher=$(id -u)
  case $pusher in
    *[[:cntrl:]]*) pusher=$(printf '%s' "$pusher" | tr '[:cntrl:]' ' ') ;;
  esac
  [ "\${#pusher}" -le ${maxPusherBytes} ] || pusher=$(printf '%.${maxPusherBytes}s' "$pusher")
}

# Prints the message: JSON made from the lines "old new ref" that git gives on the standard input.
compose() {
  escape "$pusher"
  printf '{"id":"%s","repo":"%s","pushedAtMs":%s,"pusher":"%s","refs":[' "$id" "$repo" "$now" "$escaped"
  comma=
  while read -r old new ref; do
    escape "$ref"
    printf '%s{"ref":"%s","oldSha":"%s","newSha":"%s"}' "$comma" "$escaped" "$old" "$new"
    comma=,
  done
  printf ']}'
}

# Puts a backslash before every quote and backslash of $1. Control characters there are none: git refuses them.
escape() {
  escaped= tail=$1
  while :; do
    case $tail in
      *[\\"\\\\]*) ;;
      *) break ;;
    esac
    head=\${tail%%[\\"\\\\]*}
    tail=\${tail#"$head"}
    escaped=$escaped$head\\\\\${tail%"\${tail#?}"}
    tail=\${tail#?}
  done
  escaped=$escaped$tail
}

# Writes the message into the spool: never half of it under its final name, and on the disk before it has one.
keep() {
  [ -d spool ] || mkdir -p spool 2>/dev/null
  {
    printf '%s\\n' "$message" >"spool/.tmp-$id" &&
      { sync -- "spool/.tmp-$id" || dd if=/dev/null "of=spool/.tmp-$id" conv=notrunc,fsync; } &&
      mv -f -- "spool/.tmp-$id" "spool/$id.json" ||
      { rm -f -- "spool/.tmp-$id"; false; }
  } 2>/dev/null
}

# curl sends nothing before it has read all of its input, so it starts up while the push is being spooled.
post_with_curl() {
  exec curl -q --silent --noproxy '*' --max-time "$timeout" --unix-socket server.sock \\
    --header 'content-type: application/json' --header 'expect:' --data-binary @- \\
    --write-out '\\n%{http_code}' http://localhost/api/pushes 2>/dev/null 3>&-
}

post_with_node() {
  QUIRE_ROOT=$root "$node" "$quire" hook post-receive --spooled "$1" 3>&-
}

# Tells the pusher what came of curl, which ended with $1. The answer has the name of the spool file in its first
# line, then the body, then the status.
show_answer() {
  spooled=\${answer%%"$newline"*}
  body=\${answer#*"$newline"}
  status=\${body##*"$newline"}
  body=\${body%"$newline"*}
  body=\${body%"$newline"}
  case $status:$1 in
    2??:*) [ -z "$body" ] || printf '%s\\n' "$body" ;;
    4??:*) warn "${wording.refused('$(reason)')}" ;;
    5??:*) explain "${wording.failed('$status')}" "${wording.later}" ;;
    *:28) explain "${wording.noAnswer('$timeout')}" "${wording.later}" ;;
    *:2 | *:4) retry_with_node ;; # this curl knows no Unix sockets
    *) explain "${wording.notRunning}" "${wording.whenItStarts}" ;;
  esac
}

retry_with_node() {
  [ -n "$spooled" ] && post_with_node "$root/$spooled" || explain "${wording.noClient}" "${wording.later}"
}

# The message of an error answer {"code": …, "message": …}, or an answer in plain text as it is.
reason() {
  case $body in
    '{'*'"message":"'*'"}')
      body=\${body#*'"message":"'}
      unescape "\${body%'"}'}"
      ;;
    *) printf '%s' "$body" ;;
  esac
}

# Prints the JSON string $1 as text in one line.
unescape() {
  tail=$1
  while :; do
    case $tail in
      *\\\\*) ;;
      *) break ;;
    esac
    printf '%s' "\${tail%%\\\\*}"
    tail=\${tail#*\\\\}
    case $tail in
      [bfnrt]*) printf ' ' ;;
      u????*) printf ' ' && tail=\${tail#????} ;;
      *) printf '%s' "\${tail%"\${tail#?}"}" ;;
    esac
    tail=\${tail#?}
  done
  printf '%s' "$tail"
}

# Says what went wrong ($1) and what becomes of the push, which if it is kept is run at some time ($2).
explain() {
  if [ -n "$spooled" ]; then
    warn "$1; ${wording.kept('$2')}"
  else
    warn "$1; ${wording.notKept('$root/spool')}"
  fi
}

main 4>&1
exit 0
`;
