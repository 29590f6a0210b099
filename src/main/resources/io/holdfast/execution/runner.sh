#!/bin/sh
# Runs one attempt of one job, at most once for ever, and outlives the server that started it.
#
#   cd <attempt directory>
#   setsid flock -n -E 99 -F run.lock sh runner.sh INTERVAL LAUNCHED_AT BOOT_ID SETSID UMASK HEAD
#
# INTERVAL     seconds between two heartbeats
# LAUNCHED_AT  seconds since 1970
# BOOT_ID      of this machine
# SETSID       absolute path, since the job has its own PATH
# UMASK        the command's; the runner's own files are private
# HEAD         the first fields of the sentinel, JSON
# HOLDFAST_*   in the environment: who the job is. HOLDFAST_COOKIE is the launch token; every process of
#              the attempt carries it from its birth, so that none can hide between two looks.
#
# What holds when this is killed at any point, with flock holding file descriptor 3 from the start:
#   no claim                     the command has not started; who creates the claim first decides whether it can
#   claim, no "started"          the command has not started and never will
#   "started", no exit record    the command may have run
#   exit record                  the command ended with that code
# The claim and "started" are on disk before the command starts. exit.json was allocated by the server: writing one
# sector in place needs no room and cannot be torn, so it works on a full disk and needs no rename.
#
# Status: 99 another has the lock or the claim, 98 the claim could not be made durable, 97 called wrongly.
# Forks before the command starts: the heartbeat, one sync, the command. After it ended: none (sync is exec'd).

interval=$1 launched_at=$2 boot_id=$3 setsid=$4 mask=$5 head=$6
umask 077
trap : HUP INT QUIT TERM

# Reads /proc/$1/stat without a fork: pid, ticks (start), cpu (ticks of the children it waited for).
read_stat() {
  read -r stat <"/proc/$1/stat" || return
  pid=${stat%% *}
  # shellcheck disable=SC2086 # split on purpose: numbers and one letter
  set -- ${stat##*) }
  ticks=${20} cpu=$((${14} + ${15}))
}

sentinel() {
  printf '{%s,"pid":%s,"start_ticks":%s,"boot_id":"%s","started_at":%s,"last_heartbeat":%s}\n' \
    "$head" "$pid" "$ticks" "$boot_id" "$launched_at" "$1"
}

# Waits for the runner's lock instead of sleeping: it is ours at once when the runner is gone, however it went.
beat() {
  exec 4<run.lock
  while
    flock -s -w "$interval" -E 75 4
    [ $? -eq 75 ]
  do
    read -r pid ticks <process || continue
    if sentinel "$(date +%s)" >.sentinel.new && sync .sentinel.new && mv -f .sentinel.new .sentinel.json; then
      sync .
    else
      touch .sentinel.json # a full disk: nothing can be written, but this still works
    fi
  done
}

# shellcheck disable=SC3013 # -ef: dash, bash and busybox have it
if ! [ /proc/self/fd/3 -ef run.lock ]; then
  echo "runner: file descriptor 3 is not run.lock" >&2
  exit 97
fi

read_stat self
set -C
printf '{"token":"%s","pid":%s,"start_ticks":%s,"boot_id":"%s"}\n' \
  "$HOLDFAST_COOKIE" "$pid" "$ticks" "$boot_id" >claim || exit 99
set +C
printf '' >started || exit 98

beat 3>&- &
beat=$!
if ! sync claim started .; then
  kill "$beat"
  exit 98
fi

# The command, in a session of its own. What the server quoted is read here alone: directory, environment, words.
(
  read_stat self
  printf '%s %s\n' "$pid" "$ticks" >process
  sentinel "$launched_at" >.sentinel.json
  exec >>"$HOLDFAST_SESSION_ID.output" 2>&1 </dev/null 3>&-
  umask "$mask"
  # shellcheck disable=SC1091 # written by the server
  . ./launch
  exec "$setsid" -- "$@"
)
code=$?

kill "$beat" 2>/dev/null
read_stat self
until printf '%-511s\n' "{\"token\":\"$HOLDFAST_COOKIE\",\"exit_code\":$code,\"cpu_ticks\":$cpu}" 1<>exit.json; do
  sleep 1
done
printf '' >ended # only a hint for who watches the directory
exec sync exit.json . 3>&-
