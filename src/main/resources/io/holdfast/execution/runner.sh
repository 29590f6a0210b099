#!/bin/sh
# Runs one attempt of one job, at most once for ever, and outlives the server that started it.
#
#   cd <attempt directory>
#   setsid flock -n -E 99 -F run.lock sh runner.sh INTERVAL LAUNCHED_AT BOOT_ID UMASK HEAD
#
# INTERVAL     seconds between two heartbeats
# LAUNCHED_AT  seconds since 1970
# BOOT_ID      of this machine
# UMASK        the command's; the runner's own files are private
# HEAD         the first fields of the sentinel, JSON
# HOLDFAST_*   in the environment: who the job is. HOLDFAST_COOKIE is the launch token; every process of the
#              attempt carries it from its birth, so that none can hide between two looks.
#
# What holds when this is killed at any point (flock made file descriptor 3 the lock, before the first line here):
#   no claim                     the command has not started; who creates the claim first decides whether it can
#   claim, no "started"          the command has not started and never will
#   "started", no exit record    the command may have run
#   exit record                  the command ended with that code
# The claim and "started" are on disk before the command starts. exit.json was allocated by the server: writing one
# sector in place needs no room and cannot be torn, so it works on a full disk and needs no rename.
#
# Status: 99 another has the lock or the claim, 98 the claim could not be made durable, 97 called wrongly.
# Forks before the command starts: the heartbeat, one sync, the command. After it ended: none (sync is exec'd).
#
# Variables begin with hf_, so that a variable of the server's environment reaches the job unchanged.

hf_interval=$1 hf_launched_at=$2 hf_boot_id=$3 hf_umask=$4 hf_head=$5
umask 077
trap : HUP INT QUIT TERM

# Reads /proc/$1/stat without a fork: pid, start ticks, CPU ticks of the children waited for.
read_stat() {
  read -r hf_stat <"/proc/$1/stat" || return
  hf_pid=${hf_stat%% *}
  # shellcheck disable=SC2086 # split on purpose: numbers and one letter
  set -- ${hf_stat##*) }
  hf_ticks=${20} hf_cpu=$((${14} + ${15}))
}

sentinel() {
  printf '{%s,"pid":%s,"start_ticks":%s,"boot_id":"%s","started_at":%s,"last_heartbeat":%s}\n' \
    "$hf_head" "$hf_pid" "$hf_ticks" "$hf_boot_id" "$hf_launched_at" "$1"
}

# Waits for the runner's lock instead of sleeping: it is ours at once when the runner is gone, however it went.
beat() {
  exec 3>&- 4<run.lock # by exec: elsewhere a shell keeps a copy of what it closes
  while
    flock -s -w "$hf_interval" -E 75 4
    [ $? -eq 75 ]
  do
    read -r hf_pid hf_ticks <process || continue
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
set -C # the redirection to the claim must create it
printf '{"token":"%s","pid":%s,"start_ticks":%s,"boot_id":"%s"}\n' \
  "$HOLDFAST_COOKIE" "$hf_pid" "$hf_ticks" "$hf_boot_id" >claim || exit 99
set +C
printf '' >started || exit 98

beat &
hf_beat=$!
if ! sync claim started .; then
  kill "$hf_beat"
  exit 98
fi

# The command. What the server quoted is read here alone: working directory, environment, "exec setsid -- words".
# In the foreground, since a shell makes its background children ignore INT and QUIT.
(
  read_stat self
  printf '%s %s\n' "$hf_pid" "$hf_ticks" >process
  sentinel "$hf_launched_at" >.sentinel.json
  exec >>"$HOLDFAST_SESSION_ID.output" 2>&1 </dev/null 3>&-
  umask "$hf_umask"
  # shellcheck disable=SC1091 # written by the server
  . ./launch
)
hf_code=$?

kill "$hf_beat" 2>/dev/null
read_stat self
until
  printf '%-511s\n' "{\"token\":\"$HOLDFAST_COOKIE\",\"exit_code\":$hf_code,\"cpu_ticks\":$hf_cpu}" 1<>exit.json
do
  sleep 1
done
printf '' >ended # a hint for who watches the directory, no more
exec sync exit.json . 3>&-
