#!/bin/sh
# Saves a Redis or Valkey server, copies the dump, verifies the copy, and uploads it when it is good.
# Exit status 0: saved, verified and uploaded. Anything else: nothing was uploaded.
set -eu
umask 077

REDIS_CLI=${REDIS_CLI:-redis-cli}                  # with its options: redis-cli -p 6380; the password in REDISCLI_AUTH
RDBKIT=${RDBKIT:-rdbkit}
DUMP=${DUMP:-}                                     # default: where the server says it is
BACKUP_DIR=${BACKUP_DIR:-/var/backups/redis}
EXPECT=${EXPECT:---max-age 1h --min-keys 1}        # what the dump has to be: rdbkit verify --help
METRICS=${METRICS:-}                               # such as /var/lib/prometheus/node-exporter/rdbkit.prom
UPLOAD=${UPLOAD:-true}                             # gets the file as "$1": aws s3 cp "$1" s3://bucket/redis/
KEEP_DAYS=${KEEP_DAYS:-7}
SAVE_TIMEOUT=${SAVE_TIMEOUT:-3600}                 # seconds

die() { echo "backup: $*" >&2; exit 2; }
cli() { $REDIS_CLI "$@" </dev/null | tr -d '\r'; } # errors are printed as replies, and its exit status is lost
number() { cli "$@" | head -n 1 | grep -x '[0-9]\{1,\}' || die "$* was not answered with a number"; }
setting() { cli CONFIG GET "$1" | sed -n 2p; }
in_time() { [ "$(date +%s)" -lt "$deadline" ] || die "not saved within $SAVE_TIMEOUT s"; sleep 1; }

answer=$(cli PING)
[ "$answer" = PONG ] || die "the server does not answer PING: $answer"
mkdir -p "$BACKUP_DIR"
exec 9>"$BACKUP_DIR/.lock"
flock -n 9 || die "another backup is running"
deadline=$(($(date +%s) + SAVE_TIMEOUT))

# LASTSAVE counts seconds, so ours must not end in the second of the one before. Another save or an AOF rewrite may be
# running: ours comes after it.
while :; do
  before=$(number LASTSAVE)
  now=$(number TIME)
  if [ "$now" -gt "$before" ]; then
    answer=$(cli BGSAVE)
    case $answer in
      *started*) break ;;
      *progress* | *"child process"*) ;;
      *) die "BGSAVE: $answer" ;;
    esac
  fi
  in_time
done

# First whether it is over, then whether it has saved: the other way round, it might end in between.
while :; do
  state=$(cli INFO persistence)
  last=$(number LASTSAVE)
  [ "$last" -eq "$before" ] || break
  case $state in
    *rdb_bgsave_in_progress:1*) in_time ;;
    *) die "the save failed: $(echo "$state" | grep rdb_last_bgsave_status); the log of the server says why" ;;
  esac
done

DUMP=${DUMP:-$(setting dir)/$(setting dbfilename)}
copy=$BACKUP_DIR/incoming.rdb                      # one name, so that there is one series of metrics
cp -- "$DUMP" "$copy"

status=0
# shellcheck disable=SC2086 # EXPECT has several words
$RDBKIT verify --quiet $EXPECT ${METRICS:+--metrics "$METRICS"} "$copy" || status=$?
if [ "$status" -ne 0 ]; then
  echo "backup: rdbkit verify exits $status, so $copy was not uploaded" >&2
  exit "$status"
fi

good=$BACKUP_DIR/redis-$(date -u +%Y%m%dT%H%M%SZ).rdb
mv -- "$copy" "$good"
sh -c "$UPLOAD" upload "$good" || die "$good is good, and its upload failed"
find "$BACKUP_DIR" -maxdepth 1 -name 'redis-*.rdb' -mtime "+$KEEP_DAYS" -exec rm -f -- {} +
echo "backup: $good was verified and uploaded"
