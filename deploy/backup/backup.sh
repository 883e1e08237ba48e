#!/usr/bin/env bash
# One backup, and its copy to another place. For cron and for stockwire-backup.service.
#   STOCKWIRE_DIR   where docker-compose.yml and .env are, or the built apps (/opt/stockwire/current)
#   WITHOUT_DOCKER  1 where the apps run without containers; then MONGODB_URI says what is backed up
#   BACKUP_DIR      as in .env (/var/backups/stockwire)
#   OFFSITE         where copies go: s3://bucket/path, an rclone remote (remote:path), or user@host:path; none when empty
set -euo pipefail

STOCKWIRE_DIR=${STOCKWIRE_DIR:-/opt/stockwire/current}
BACKUP_DIR=${BACKUP_DIR:-/var/backups/stockwire}
OFFSITE=${OFFSITE:-}

cd "$STOCKWIRE_DIR"
if [ "${WITHOUT_DOCKER:-}" = 1 ]; then
  node dist/tools/backup/main.js backup --to "$BACKUP_DIR" --keep "${BACKUP_KEEP:-14}"
else
  docker compose run --rm backup
fi

newest=$(find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name 'stockwire-*' | sort | tail -n 1)
# As it lies on the disk, before anything is copied.
(cd "$newest" && sha256sum --check --quiet SHA256SUMS)

case "$OFFSITE" in
  '') echo "OFFSITE is not set: this backup is on the same machine as what it is a backup of" >&2 ;;
  s3://*) aws s3 cp --recursive --only-show-errors "$newest" "$OFFSITE/$(basename "$newest")" ;;
  *@*:*) rsync --archive --chmod=D700,F600 "$newest" "$OFFSITE/" ;;
  *) rclone copy --immutable "$newest" "$OFFSITE/$(basename "$newest")" ;;
esac
